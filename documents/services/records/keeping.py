"""Records: kept once, never edited; one that is wrong is corrected by another with a reason (ISO 9001, 7.5.3)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Record, RecordKind
from documents.queries.kept import KIND, RECORD, form_in_force, may_keep, place_of
from documents.queries.searching import kept_source
from documents.services.records.checks import one_line, some_lines
from documents.services.records.wanting import follow
from qms.core.days import add_months
from qms.core.errors import NotPermitted, RuleBroken
from qms.core.ids import uuid7
from qms.duties.states import Outcome
from qms.filing.models import StoredFile
from qms.filing.services.files import clean_name
from qms.organization.models import Process, Site, User
from qms.organization.queries import today
from qms.search.services import forget, index
from qms.standards.services.evidence import evidence_changed
from qms.trail.services import record

P = TypeVar("P", Site, Process)
YEARS_BACK = 50
MOST_SIGHTED = 1_000_000


@dataclass(frozen=True)
class Sighting:
    """What somebody saw of records that are kept elsewhere: how many, where, and what they looked at."""

    count: int
    where: str
    seen: str


@dataclass(frozen=True)
class Kept:
    """A file of a record, its bytes in the store, under the name it came with."""

    file: StoredFile
    name: str
    media_type: str


@dataclass(frozen=True)
class Given:
    """What is told of a record: its number or name, the day it is of, a file or a sighting, where it lies."""

    title: str
    happened_on: date
    file: Kept | None = None
    sighting: Sighting | None = None
    site: Site | None = None
    process: Process | None = None


@transaction.atomic
def keep_record(*, kind_id: int, given: Given, by: User) -> Record:
    """Keep a record of a kind: a file, or a sighting of records kept elsewhere; return it.

    It lies where its kind lies, or more closely. Raises NotPermitted without the right there, RuleBroken for a kind
    that has ended, another place than its kind's, a day to come or more than fifty years back, no name, and for
    neither or both of file and sighting.
    """
    kind = RecordKind.objects.select_for_update(of=("self",)).get(pk=kind_id)
    if not kind.is_active:
        raise RuleBroken(_("%(kind)s has ended: no more records are added.") % {"kind": kind.name}, code="ended")
    made = _made(kind, given, by)
    record("documents.record_kept", made, by=by, **_described(made))
    _carried(made)
    return made


@transaction.atomic
def correct_record(*, record_id: int, given: Given, reason: str, by: User) -> Record:
    """Correct a record by another one, which counts from now on; the first stays and is marked. Return the new one.

    Without file and sighting it keeps those of the record it corrects. Raises as `keep_record`, and RuleBroken without
    a reason or for a record that was corrected already. Records of an ended kind can be corrected: they are read.
    """
    wrong = Record.objects.select_related("file").get(pk=record_id)
    kind = RecordKind.objects.select_for_update(of=("self",)).get(pk=wrong.kind_id)
    if not may_keep(by, kind, place_of(wrong)):
        raise NotPermitted(_("You may not correct this record."))
    if Record.objects.filter(supersedes=wrong).exists():
        raise RuleBroken(_("This record was corrected already: correct the one that stands."), code="corrected")
    told = some_lines(reason, _("Reason"))
    if not told:
        raise RuleBroken(_("Please give a reason."), code="reason_missing")
    if given.file is None and given.sighting is None:
        given = replace(given, **_contents_of(wrong))
    made = _made(kind, given, by, supersedes=wrong, reason=told)
    record("documents.record_corrected", made, wrong, by=by, **_described(made), reason=told)
    forget(RECORD, wrong.pk)
    _carried(made)
    return made


def _made(kind: RecordKind, given: Given, by: User, **correcting: Any) -> Record:
    _refuse_day(given.happened_on)
    made = Record(
        uid=uuid7(),
        kind=kind,
        title=one_line(given.title, _("Number or name"), 200),
        happened_on=given.happened_on,
        recorded_at=timezone.now(),
        recorded_by=by,
        form_revision=form_in_force(kind, given.happened_on),
        site=_inside(kind, kind.site, given.site),
        process=_inside(kind, kind.process, given.process),
        **_contents(given.file, given.sighting),
        **correcting,
    )
    if not made.title:
        raise RuleBroken(_("Say how this record is numbered or named."), code="title_missing")
    if not may_keep(by, kind, place_of(made)):
        raise NotPermitted(_("You may not add records of this kind there."))
    made.save()
    return made


def _refuse_day(day: date) -> None:
    now = today()
    if day > now:
        raise RuleBroken(_("This day is still to come: a record shows what has happened."), code="future")
    if day < add_months(now, -12 * YEARS_BACK):
        raise RuleBroken(_("This day is more than %(n)d years back.") % {"n": YEARS_BACK}, code="too_old")


def _inside(kind: RecordKind, own: P | None, given: P | None) -> P | None:
    """Return where a record lies: at the site, or in the process, of its kind, or where it is told if that has none."""
    if own is not None and given is not None and given.pk != own.pk:
        told = {"kind": kind.name}
        raise RuleBroken(_("Records of %(kind)s belong to its own site and process.") % told, code="place")
    return own or given


def _contents(file: Kept | None, sighting: Sighting | None) -> dict[str, Any]:
    if file and sighting:
        raise RuleBroken(_("Either a file or what was seen elsewhere, not both in one record."), code="both")
    if file:
        return {"file": file.file, "file_name": clean_name(file.name), "media_type": file.media_type}
    if sighting is None:
        raise RuleBroken(
            _("Put the file in, or say what was seen elsewhere: how many, where and what."), code="neither"
        )
    return _seen(sighting)


def _seen(sighting: Sighting) -> dict[str, Any]:
    where, seen = one_line(sighting.where, _("Where"), 200), some_lines(sighting.seen, _("What was seen"))
    if not 1 <= sighting.count <= MOST_SIGHTED or not where or not seen:
        raise RuleBroken(_("What was seen elsewhere needs how many (at least one), where, and what."), code="sighting")
    return {"sighted": sighting.count, "sighted_at_place": where, "sighted_words": seen}


def _contents_of(wrong: Record) -> dict[str, Any]:
    if wrong.file:
        return {"file": Kept(wrong.file, wrong.file_name, wrong.media_type)}
    return {"sighting": Sighting(wrong.sighted or 0, wrong.sighted_at_place, wrong.sighted_words)}


def _carried(made: Record) -> None:
    """Bring along what follows from a record: when the next is wanted, evidence, search."""
    follow(made.kind, Outcome.DONE)
    evidence_changed(KIND, [made.kind_id])
    if made.supersedes_id:
        evidence_changed(RECORD, [made.supersedes_id])
    index(kept_source(made))


def _described(made: Record) -> dict[str, Any]:
    contents = {"sha256": made.file.sha256, "name": made.file_name} if made.file else {"sighted": made.sighted}
    return {"kind": made.kind.name, "title": made.title, "happened_on": made.happened_on.isoformat(), **contents}
