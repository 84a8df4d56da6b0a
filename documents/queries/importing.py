"""What an import needs to know of what is here already, and what was built on one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from documents.importing import NEW_NUMBER, Proposal
from documents.models import Acknowledgement, Document, DocumentType, Revision
from documents.states import State
from qms.core.errors import RuleBroken
from qms.filing.numbers import check_number, count_of
from qms.filing.queries import coming_numbers
from qms.imports.models import ImportRow, ImportRun
from qms.imports.states import RowOutcome
from qms.organization.models import Process, Site, User
from qms.trail.models import EntryDetail


@dataclass(frozen=True)
class Came:
    """What an import brought: how many documents, how many of them it has in force, how many wait to be, and
    what was built on them.
    """

    documents: int
    in_force: int
    waiting: int
    built: list[str]


class Known:
    """What is here before an import: types, people, processes, sites by the names that files use."""

    def __init__(self) -> None:
        self.types = {each.code: each for each in DocumentType.objects.filter(is_active=True).order_by("pk")}
        people = User.objects.filter(is_active=True)
        self._people = {name.casefold(): each for each in people for name in (each.name, each.username, each.email)}
        self._processes = {
            name.casefold(): each for each in Process.objects.all() for name in (each.number, each.name, str(each))
        }
        self._sites = {name.casefold(): each for each in Site.objects.all() for name in (each.code, each.name)}

    def owner(self, name: str) -> User | None:
        """Return the person a file names, by name, user name or e-mail."""
        return self._people.get(name.strip().casefold()) if name.strip() else None

    def process(self, name: str) -> Process | None:
        """Return the process a file names, by number or name."""
        return self._processes.get(name.strip().casefold()) if name.strip() else None

    def site(self, name: str) -> Site | None:
        """Return the site a file names, by code or name."""
        return self._sites.get(name.strip().casefold()) if name.strip() else None

    def site_of_number(self, pattern: str, number: str, **rest: str) -> Site | None:
        """Return the site whose code a number carries where the pattern of its type puts one, or None."""
        sites = dict.fromkeys(self._sites.values()) if "{site}" in pattern else {}
        return next((each for each in sites if count_of(pattern, number, site=each.code, **rest) is not None), None)

    def document_for(self, group: Sequence[Proposal]) -> Document | None:
        """Return the document that a group of files belongs to: by number, or because one of its files is here."""
        number = next((each.number for each in group if each.number), "")
        found = Document.objects.filter(number__iexact=number).first() if number else None
        if found is not None:
            return found
        hashes = [each.source.sha256 for each in group]
        revision = _imported(hashes).order_by("-pk").first()
        return revision.document if revision is not None else None

    def revision_with(self, proposal: Proposal) -> Revision | None:
        """Return the revision that holds exactly this file already, under whatever number, or None."""
        return _imported([proposal.source.sha256]).order_by("pk").first()

    def clash(self, group: Sequence[Proposal]) -> str:
        """Return in words why a document cannot come in under its number: it can be none, or somebody else has it;
        empty when it can.
        """
        if unfit := _unfit(group[0].number):
            return unfit
        news = [each for each in group if self.revision_with(each) is None]
        found = Document.objects.filter(number__iexact=group[0].number).first() if group[0].number else None
        if not news or found is None:
            return ""
        living = found.revisions.exclude(state=State.CANCELLED)
        if living.filter(origin="").exists():
            facts = {"number": found.number, "title": found.title}
            return _("the number %(number)s belongs to “%(title)s” here: correct it, or leave this out") % facts
        labels = set(living.values_list("label", flat=True)) & {each.revision for each in news}
        facts = {"number": found.number, "labels": ", ".join(sorted(labels))}
        return _("%(number)s revision %(labels)s is here already, with other content") % facts if labels else ""


def _unfit(number: str) -> str:
    try:
        check_number(number or "0")
    except RuleBroken as refusal:
        return _("%(why)s Correct it, or empty it.") % {"why": refusal}
    return ""


def here_already(proposal: Proposal, present: Revision) -> str:
    """Return in words as what a revision is here already, and which of its translations do not come in therefore."""
    number = present.document.number
    as_what = _("as %(what)s") % {"what": present} if proposal.number and proposal.number != number else ""
    return "; ".join(filter(None, [as_what, _left_aside(proposal, present)]))


def _left_aside(proposal: Proposal, present: Revision) -> str:
    here = set(present.bodies.values_list("source__sha256", flat=True))
    languages = [text.language for text in proposal.translations if text.source.sha256 not in here]
    if not languages:
        return ""
    return _("not brought in, for the revision is here already: %(languages)s") % {"languages": ", ".join(languages)}


def blockers_of(run: ImportRun) -> list[str]:
    """Return what was built on the revisions that a run brought, in words; empty when it can be taken back."""
    keys = [int(key) for key in run.rows.filter(outcome=RowOutcome.NEW).values_list("subject_key", flat=True) if key]
    moved = Revision.objects.filter(pk__in=keys).exclude(state=State.MIGRATED).select_related("document")
    found = [_("%(what)s is %(state)s") % {"what": each, "state": each.state_words} for each in moved]
    documents = Revision.objects.filter(pk__in=keys).values("document")
    later = Revision.objects.filter(document__in=documents).exclude(pk__in=keys).exclude(state=State.CANCELLED)
    earlier_runs = ImportRow.objects.filter(subject_model="documents.revision", run__made_at__lt=run.made_at)
    before = {int(key) for key in earlier_runs.values_list("subject_key", flat=True) if key}
    found += [str(each) for each in later.exclude(pk__in=before).select_related("document")]
    read = Acknowledgement.objects.filter(revision__in=keys).select_related("revision__document")
    return found + [_("acknowledgement of %(what)s") % {"what": each.revision} for each in read[:5]]


def _imported(hashes: Sequence[str]) -> QuerySet[Revision]:
    found = Q(bodies__source__sha256__in=hashes)
    return Revision.objects.filter(found).exclude(state=State.CANCELLED).select_related("document").distinct()


def runs() -> QuerySet[ImportRun]:
    """Return the imports of folders, newest first."""
    return ImportRun.objects.filter(kind="documents.folder").select_related("made_by").order_by("-made_at", "-pk")


def run_with(key: int) -> ImportRun:
    """Return an import by its key, for the job that works on it."""
    return runs().select_related("upload").get(pk=key)


def rows_of(run: ImportRun) -> QuerySet[ImportRow]:
    """Return the rows of a run in their order."""
    return run.rows.order_by("position")


def revisions_of(rows: Sequence[ImportRow]) -> dict[str, Revision]:
    """Return the revisions that rows became or are, by their keys as rows hold them."""
    keys = [int(row.subject_key) for row in rows if row.subject_model == "documents.revision" and row.subject_key]
    return {str(each.pk): each for each in Revision.objects.filter(pk__in=keys).select_related("document")}


def said_about_files(run: ImportRun, changed: Mapping[int, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Return what a person said about lines of a plan as a mapping says it: by the path of each file of the line.

    `changed` holds fields by the position of the line. Number, type and owner are the document's: what is said in one
    line is said of all its revisions.
    """
    rows = {row.position: json.loads(row.data) for row in run.rows.exclude(data="")}
    said: dict[str, dict[str, str]] = {}
    for position, values in changed.items():
        told = _as_mapped(values)
        for other, data in rows.items():
            same = data.get("group") is not None and data.get("group") == rows[position].get("group")
            shared = told if other == position else {name: told[name] for name in told if same and name in _OF_DOCUMENT}
            for path in data["paths"] if shared else []:
                said.setdefault(path, {}).update(shared)
    return said


_OF_DOCUMENT = frozenset({"number", "type", "owner"})


def _as_mapped(values: Mapping[str, str]) -> dict[str, str]:
    told = dict(values)
    if "number" in told:
        told["number"] = told["number"] or NEW_NUMBER
    if told.get("accept"):
        told["skip"] = "no"
    return told


def adoptable(run: ImportRun) -> list[Revision]:
    """Return the newest migrated revision of each document that a run brought and that nothing has replaced."""
    keys = [int(key) for key in run.rows.filter(outcome=RowOutcome.NEW).values_list("subject_key", flat=True) if key]
    found = Revision.objects.filter(pk__in=keys, state=State.MIGRATED)
    found = found.select_related("document__process", "document__site", "content", "origin_typed_by")
    newest: dict[int, Revision] = {}
    for revision in found.order_by("document__number", "sequence"):
        newest[revision.document_id] = revision
    return list(newest.values())


def type_choices() -> list[tuple[str, str]]:
    """Return the types that a line of a plan can be given."""
    return [(each.code, f"{each.code} · {each.name}") for each in DocumentType.objects.filter(is_active=True)]


def next_numbers(run: ImportRun) -> dict[str, str]:
    """Return by type the number that the first document without one will get; types whose numbers name a site or a
    process are left out. The numbers that come in with a plan go before.
    """
    patterns = {each.code: each.number_pattern for each in DocumentType.objects.filter(is_active=True)}
    told = [json.loads(data) for data in run.rows.filter(outcome=RowOutcome.NEW).values_list("data", flat=True)]
    brought: dict[str, list[str]] = {}
    for each in told:
        brought.setdefault(each["type"], []).append(each["number"])
    return coming_numbers(patterns, brought)


def came_in(run: ImportRun) -> Came:
    """Return how what an import brought stands now, counted by document, and what keeps it from being taken back."""
    keys = [int(key) for key in run.rows.filter(outcome=RowOutcome.NEW).values_list("subject_key", flat=True) if key]
    brought = Revision.objects.filter(pk__in=keys)
    documents = set(brought.values_list("document", flat=True))
    in_force = brought.filter(state=State.EFFECTIVE).count()
    return Came(len(documents), in_force, len(adoptable(run)), blockers_of(run)[:3])


def active_names() -> list[str]:
    """Return the names of people who can own a document, in order."""
    return list(User.objects.filter(is_active=True).order_by("name").values_list("name", flat=True))


def used_numbers() -> list[str]:
    """Return the numbers that documents have, and those of drafts that were discarded: used all the same."""
    kept = EntryDetail.objects.filter(entry__verb="documents.draft_discarded").values_list("text", flat=True)
    discarded = [str(json.loads(text).get("number", "")) for text in kept]
    return [*Document.objects.values_list("number", flat=True), *discarded]
