"""Kinds of record: what is kept as evidence, who answers for it and how often there must be one (ISO 9001, 7.5.3)."""

from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.models import LONGEST_PERIOD, RecordKind
from documents.queries.kept import KIND, RECORD, linked_records, manages, place_of
from documents.queries.searching import kind_source
from documents.services.records.checks import one_line
from documents.services.records.wanting import follow, release_owner
from qms.core.errors import NotPermitted, RuleBroken
from qms.duties.states import Outcome
from qms.organization.models import User
from qms.search.services import index
from qms.standards.services.evidence import evidence_changed
from qms.trail.services import record

CHANGEABLE = ("name", "shows", "process", "site", "owner", "kept_at", "form", "period_months")
WORDS = {
    "name": (gettext_lazy("Name"), 120),
    "shows": (gettext_lazy("What these records show"), 300),
    "kept_at": (gettext_lazy("Where they are kept"), 200),
}


@transaction.atomic
def add_kind(*, by: User, name: str, shows: str, owner: User, **fields: Any) -> RecordKind:
    """Add a kind of record and return it. `fields`: process, site, kept_at, form, period_months.

    Raises NotPermitted without the right where it lies, RuleBroken for a name that is missing or taken, without words
    for what it shows, for an owner who has left, a period that is none, or characters that nobody can read.
    """
    kind = RecordKind(created_at=timezone.now(), created_by=by)
    _set(kind, {"name": name, "shows": shows, "owner": owner, **fields}, by)
    kind.save()
    record("documents.record_kind_added", kind, by=by, **_described(kind))
    _carried(kind)
    return kind


@transaction.atomic
def change_kind(*, kind_id: int, by: User, reason: str = "", **changes: Any) -> RecordKind:
    """Change a kind of record: an entry with what was and what is. A shorter or longer period counts at once, also for
    records that are kept; their place stays as it is. Raises as `add_kind`, and RuleBroken for one that has ended.
    """
    kind = _locked(kind_id, by)
    before, owner = _described(kind), kind.owner_id
    _set(kind, changes, by)
    kind.save()
    if kind.owner_id != owner:
        release_owner(kind)
    after = _described(kind)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        old, new = ({name: told[name] for name in changed} for told in (before, after))
        record("documents.record_kind_changed", kind, by=by, before=old, after=new, reason=reason)
        _carried(kind)
    return kind


@transaction.atomic
def end_kind(*, kind_id: int, by: User, reason: str) -> RecordKind:
    """End a kind of record: its records stay and are no evidence any more. Raises as `change_kind`, and RuleBroken
    without a reason.
    """
    kind = _locked(kind_id, by)
    if not reason.strip():
        raise RuleBroken(_("Please give a reason."), code="reason_missing")
    kind.is_active, kind.wanted_by = False, None
    kind.save(update_fields=["is_active", "wanted_by"])
    record("documents.record_kind_ended", kind, by=by, name=kind.name, reason=reason.strip())
    _carried(kind, Outcome.VOID)
    return kind


def _locked(kind_id: int, by: User) -> RecordKind:
    kind = RecordKind.objects.select_for_update(of=("self",)).get(pk=kind_id)
    if not manages(by, place_of(kind)):
        raise NotPermitted(_("You may not change this kind of record."))
    if not kind.is_active:
        raise RuleBroken(_("%(kind)s has ended.") % {"kind": kind.name}, code="ended")
    return kind


def _set(kind: RecordKind, fields: dict[str, Any], by: User) -> None:
    if not set(fields) <= set(CHANGEABLE):
        raise TypeError(f"cannot change {sorted(set(fields) - set(CHANGEABLE))}")
    for name, value in fields.items():
        setattr(kind, name, one_line(value, str(WORDS[name][0]), WORDS[name][1]) if name in WORDS else value)
    if not manages(by, place_of(kind)):
        raise NotPermitted(_("You may not keep kinds of record there."))
    _refuse(kind)


def _refuse(kind: RecordKind) -> None:
    if not kind.name:
        raise RuleBroken(_("A name is missing."), code="name_missing")
    if not kind.shows:
        raise RuleBroken(_("Say what these records show."), code="shows_missing")
    if not kind.owner.is_active:
        raise RuleBroken(_("%(name)s has left.") % {"name": kind.owner.name}, code="owner_left")
    if kind.period_months is not None and not 1 <= kind.period_months <= LONGEST_PERIOD:
        told = {"n": LONGEST_PERIOD}
        raise RuleBroken(_("A period is between 1 and %(n)d months.") % told, code="period")
    others = RecordKind.objects.filter(is_active=True).exclude(pk=kind.pk).values_list("name", flat=True)
    if kind.name.casefold() in {each.casefold() for each in others}:
        raise RuleBroken(_("“%(value)s” is taken.") % {"value": kind.name}, code="taken")


def _carried(kind: RecordKind, outcome: Outcome = Outcome.MOVED) -> None:
    """Bring along what follows from a kind: the day the next record is wanted, evidence, search."""
    follow(kind, outcome)
    evidence_changed(KIND, [kind.pk])
    evidence_changed(RECORD, linked_records(kind))
    index(kind_source(kind))


def _described(kind: RecordKind) -> dict[str, Any]:
    return {name: _plain(getattr(kind, name)) for name in CHANGEABLE}


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value
