"""Processes that clauses are linked to: they are no evidence themselves, it is asked of each of them."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.core.seams.evidence_status import Kind, Offer, StatusSource, Subject
from qms.organization.models import Process, User
from qms.processes.queries import may_describe


def _offers(keys: Sequence[str], at: datetime) -> dict[str, list[Offer]]:
    """A clause is asked of a process while it is in use."""
    in_use = _known(keys).filter(is_active=True)
    return {str(each.pk): [Offer(Kind.CONCERNS, at, site=each.site_id, process=each.pk)] for each in in_use}


def _described(keys: Sequence[str], _person: User) -> dict[str, Subject]:
    return {str(each.pk): _subject(each) for each in _known(keys)}


def _known(keys: Sequence[str]) -> QuerySet[Process]:
    return Process.objects.filter(pk__in=[int(key) for key in keys if key.isdecimal()])


def _subject(process: Process) -> Subject:
    return Subject(_("Process"), process.number, process.name, reverse("processes:sheet", args=[process.pk]))


def _linkable(keys: Sequence[str], person: User) -> set[str]:
    return {str(each.pk) for each in _known(keys) if may_describe(person, each)}


def _numbered(numbers: Sequence[str], _person: User) -> dict[str, str]:
    found = Process.objects.filter(number__in=list(numbers)).values_list("number", "pk")
    return {number: str(key) for number, key in found}


OFFERED = StatusSource(
    words=_("Processes"), offers=_offers, described=_described, linkable=_linkable, numbered=_numbered
)
