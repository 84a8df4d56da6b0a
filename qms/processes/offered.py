"""Processes that clauses concern: they offer no evidence themselves, it is asked of each of them."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.core.seams.evidence_status import Offer, StatusSource, Subject
from qms.organization.models import Process, User
from qms.processes.queries import may_describe


def _offers(_keys: Sequence[str], _at: datetime) -> dict[str, list[Offer]]:
    return {}


def _described(keys: Sequence[str], _person: User) -> dict[str, Subject]:
    found = Process.objects.filter(pk__in=[int(key) for key in keys if key.isdecimal()])
    return {str(each.pk): _subject(each) for each in found}


def _subject(process: Process) -> Subject:
    return Subject(_("Process"), process.number, process.name, reverse("processes:sheet", args=[process.pk]))


def _linkable(keys: Sequence[str], person: User) -> set[str]:
    found = Process.objects.filter(pk__in=[int(key) for key in keys if key.isdecimal()])
    return {str(each.pk) for each in found if may_describe(person, each)}


def _numbered(numbers: Sequence[str], _person: User) -> dict[str, str]:
    found = Process.objects.filter(number__in=list(numbers)).values_list("number", "pk")
    return {number: str(key) for number, key in found}


OFFERED = StatusSource(
    words=_("Processes"), offers=_offers, described=_described, linkable=_linkable, numbered=_numbered
)
