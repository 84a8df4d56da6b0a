"""Questions about signatures and exceptions."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from qms.organization.models import User
from qms.signatures.models import SeparationException
from qms.signatures.states import RULE_WORDS, SeparationRule, places


def exception_for(rule: SeparationRule, *, person: User, process_id: int | None) -> SeparationException | None:
    """Return the exception that sets a rule aside now for a person and a process, or None."""
    return (
        open_exceptions()
        .filter(
            Q(person__isnull=True) | Q(person=person), Q(process__isnull=True) | Q(process_id=process_id), rule=rule
        )
        .order_by("pk")
        .first()
    )


def open_exceptions() -> QuerySet[SeparationException]:
    """Return the exceptions that hold now."""
    now = timezone.now()
    return SeparationException.objects.filter(
        signature__isnull=False, valid_from__lte=now, valid_until__gt=now, ended_at__isnull=True
    )


def all_exceptions() -> QuerySet[SeparationException]:
    """Return every exception ever granted with its signature, the latest first."""
    return SeparationException.objects.filter(signature__isnull=False).select_related(
        "person", "process", "signature__person", "ended_by"
    )


@dataclass(frozen=True)
class RuleRow:
    """One rule of separation as its page shows it: where it is kept, and what sets it aside now."""

    words: Promise
    places: list[Promise]
    exceptions: list[SeparationException]


def rule_rows() -> list[RuleRow]:
    """Return every rule of separation with the exceptions that hold now; one query."""
    found: dict[str, list[SeparationException]] = {}
    held = open_exceptions().select_related("person", "process", "signature").order_by("valid_until", "pk")
    for exception in held:
        found.setdefault(exception.rule, []).append(exception)
    return [RuleRow(RULE_WORDS[rule], places(rule), found.get(rule, [])) for rule in SeparationRule]
