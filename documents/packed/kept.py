"""What this room holds of records for an evidence pack: the file of each, its canonical form, what corrects it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from documents.models import Record, RecordKind
from documents.packed.words import moment
from documents.queries import in_reach
from documents.queries.kept import KIND, RECORD, records_visible_to
from documents.rights import Can
from qms.core.seams.evidence import EvidenceRecord, EvidenceSource, Piece, Selection
from qms.organization.models import User
from qms.standards.queries.links import keys_linked

TOGETHER, TARGETS = 100, 500  # records at a time, and in one question
CHOICE = "record-kind:"
MOST_NAMED = 10


def gather(selection: Selection, person: User, at: datetime) -> Iterator[EvidenceRecord]:
    """Yield a record for each that is of a day in the period, as far as the person may export it, by kind and day."""
    beside = ("kind", "site", "process", "recorded_by", "file", "form_revision__document", "supersedes", "correction")
    found = _packed(selection, person).filter(recorded_at__lte=at).select_related(*beside)
    for record in found.order_by("kind__name", "kind", "happened_on", "pk").iterator(chunk_size=TOGETHER):
        yield record_of(record, at)


def record_of(record: Record, at: datetime) -> EvidenceRecord:
    """Return what a pack holds of a record; its canonical form is what the trail names by its hash."""
    return EvidenceRecord(
        number=record.title,
        title=record.kind.name,
        kind=str(record._meta.verbose_name),
        state=_("corrected") if _corrected(record, at) else _("stands"),
        folder=f"records/{slugify(record.kind.name)[:60] or 'kind'}-{record.kind_id}/{record.pk}",
        pieces=list(_pieces(record)),
        facts=list(_facts(record, at)),
        targets=[(RECORD, str(record.pk)), (KIND, str(record.kind_id))],
        counts=[(_("Records"), 1)],
        people=[record.recorded_by_id],
    )


def _corrected(record: Record, at: datetime) -> bool:
    return record.is_corrected and record.correction.recorded_at <= at


def _pieces(record: Record) -> Iterator[Piece]:
    if record.file is not None:
        yield Piece(record.file_name, _("File"), stored=record.file.sha256)
    yield Piece("record.json", _("What was recorded"), content=record.canonical().encode())


def _facts(record: Record, at: datetime) -> Iterator[tuple[str, str]]:
    yield _("Day"), record.happened_on.isoformat()
    if record.site:
        yield _("Site"), str(record.site)
    if record.process:
        yield _("Process"), str(record.process)
    if record.file is not None:
        yield _("SHA-256"), record.file.sha256
    else:
        told = {"n": record.sighted, "place": record.sighted_at_place, "words": record.sighted_words}
        yield _("Seen elsewhere"), _("%(n)d, %(place)s: %(words)s") % told
    if record.form_revision:
        yield _("Form"), f"{record.form_revision.document.number} {record.form_revision.label}"
    yield _("Recorded"), f"{record.recorded_by.name} · {moment(record.recorded_at)}"
    if record.supersedes:
        yield _("Corrects"), f"{record.supersedes.title}: {record.reason}"
    if _corrected(record, at):
        yield _("Corrected by"), record.correction.title


def count(selection: Selection, person: User) -> int:
    """Return how many records a selection holds for a person."""
    return _packed(selection, person).count()


def told(selection: Selection, person: User) -> str:
    """Return in words how many records a selection holds for a person, and of which kinds; empty for none."""
    rows = _packed(selection, person).order_by().values("kind__name").annotate(n=Count("pk"))
    found = sorted((row["kind__name"], row["n"]) for row in rows)
    if not found:
        return ""
    records = sum(n for _name, n in found)
    named = ", ".join(name for name, _n in found[:MOST_NAMED])
    more = _(" and %(n)d more") % {"n": len(found) - MOST_NAMED} if len(found) > MOST_NAMED else ""
    words = ngettext("%(n)d record: %(kinds)s", "%(n)d records: %(kinds)s", records)
    return words % {"n": records, "kinds": named + more}


def choices() -> dict[str, Sequence[tuple[str, str]]]:
    """Return the kinds that a question can be narrowed by."""
    rows = RecordKind.objects.order_by("name", "pk").values_list("pk", "name")
    return {"types": [(f"{CHOICE}{key}", _("Records: %(kind)s") % {"kind": name}) for key, name in rows]}


def known(_numbers: Sequence[str], _person: User) -> set[str]:
    """Return no number: records are asked for by their kind, names of records are nobody's alone."""
    return set()


def within(targets: Sequence[tuple[str, str]], person: User) -> bool:
    """Return whether a person may still take away all the records among these."""
    keys = sorted({int(key) for model, key in targets if model == RECORD})
    parts = (keys[at : at + TARGETS] for at in range(0, len(keys), TARGETS))
    return all(_exportable(person).filter(pk__in=part).count() == len(part) for part in parts)


def _exportable(person: User) -> QuerySet[Record]:
    return records_visible_to(person).filter(in_reach(person, Can.EXPORT_PACK))


def _packed(selection: Selection, person: User) -> QuerySet[Record]:
    found, narrowed = _exportable(person), _narrowed(selection)
    if selection.numbers or (selection.types and not narrowed["kind__in"]):
        return found.none()
    if selection.clauses:
        kinds, records = (keys_linked(model, selection.clauses, selection.at) for model in (KIND, RECORD))
        found = found.filter(Q(kind__in=kinds) | Q(pk__in=records))
    return found.filter(**{name: value for name, value in narrowed.items() if value})


def _narrowed(selection: Selection) -> dict[str, Any]:
    kinds = [each.removeprefix(CHOICE) for each in selection.types if each.startswith(CHOICE)]
    return {
        "kind__in": [int(key) for key in kinds if key.isdecimal()],
        "site__in": selection.sites,
        "process__in": selection.processes,
        "happened_on__gte": selection.since,
        "happened_on__lte": selection.until,
    }


KEPT_SOURCE = EvidenceSource(
    label=gettext_lazy("Records"),
    choices=choices,
    gather=gather,
    count=count,
    told=told,
    known=known,
    within=within,
)
