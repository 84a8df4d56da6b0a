"""What periodic reviews found, what they ask for until it is done, and where one waits (D11)."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from documents.models import Document, PeriodicReview, Revision, Seat
from documents.queries.revisions import OPEN
from documents.states import ReviewOutcome, RoundKind, RoundOutcome, State
from qms.duties.models import Duty
from qms.organization.queries import organization_zone

START_DUTY = "documents.start_revision"
WITHDRAW_DUTY = "documents.propose_withdrawal"
FOLLOW_DUTIES = (START_DUTY, WITHDRAW_DUTY)
FOLLOW_DAYS = 30


def reviews_of(document: Document) -> QuerySet[PeriodicReview]:
    """Return the concluded periodic reviews of a document, the newest first, with whoever recorded them."""
    return document.periodic_reviews.select_related("revision", "round__opened_by").order_by("-reviewed_at", "-pk")


def asked_by_review(document: Document) -> tuple[str, date] | None:
    """Return the kind of duty that the last review of a document asks for and the day it is due; None where it asks for
    nothing or where that is done: the next revision is started or in force, the withdrawal proposed.
    """
    last = reviews_of(document).first()
    if last is None or last.outcome == ReviewOutcome.NO_CHANGE or last.revision.state != State.EFFECTIVE:
        return None
    due = last.reviewed_at.astimezone(organization_zone()).date() + timedelta(days=FOLLOW_DAYS)
    if last.outcome == ReviewOutcome.RETIRE:
        return None if _withdrawal_is_proposed(last.revision) else (WITHDRAW_DUTY, due)
    return None if document.revisions.filter(state__in=OPEN).exists() else (START_DUTY, due)


def owes_what_a_review_asks(document: Document) -> bool:
    """Return whether somebody owes what a review of a document asks for."""
    about = {"subject_model": "documents.document", "subject_key": str(document.pk)}
    return Duty.objects.filter(**about, kind__in=FOLLOW_DUTIES, closed_at__isnull=True).exists()


def review_notes(documents: Iterable[Document]) -> dict[int, str]:
    """Return, by document, who is to confirm a review that was recorded, and else what the last one asks for until it
    is done: two queries for all.
    """
    keys = [each.pk for each in documents]
    kinds = {START_DUTY: _("the review asks for a change"), WITHDRAW_DUTY: _("the review asks to withdraw it")}
    owed = Duty.objects.filter(kind__in=kinds, subject_key__in=map(str, keys), closed_at__isnull=True)
    found = {int(key): kinds[kind] for kind, key in owed.values_list("kind", "subject_key")}
    waits = _("recorded, waits for confirmation by %(names)s")
    return found | {key: waits % {"names": ", ".join(names)} for key, names in _awaited(keys).items()}


def _awaited(keys: Iterable[int]) -> dict[int, list[str]]:
    seats = Seat.objects.filter(
        round__kind=RoundKind.PERIODIC_REVIEW,
        round__closed_at__isnull=True,
        round__revision__document__in=keys,
        decision="",
    )
    found: dict[int, list[str]] = {}
    for key, name in seats.order_by("pk").values_list("round__revision__document", "person__name"):
        found.setdefault(key, []).append(name)
    return found


def _withdrawal_is_proposed(revision: Revision) -> bool:
    rounds = revision.rounds.filter(kind=RoundKind.RETIREMENT)
    return rounds.filter(closed_at__isnull=True).exists() or rounds.filter(outcome=RoundOutcome.AGREED).exists()
