"""What an import needs to know of what is here already, and what was built on one."""

import json
from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from documents.importing import Proposal
from documents.models import Acknowledgement, Document, DocumentType, Revision
from documents.states import State
from qms.imports.models import ImportRow, ImportRun
from qms.imports.states import RowOutcome
from qms.organization.models import Process, Site, User
from qms.trail.models import EntryDetail


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
        """Return the revision that holds exactly this file already, or None."""
        found = _imported([proposal.source.sha256])
        if proposal.number:
            found = found.filter(document__number__iexact=proposal.number)
        return found.order_by("pk").first()


def left_aside(proposal: Proposal, present: Revision) -> str:
    """Return in words which translations of a revision that is here already do not come in; empty when none is new."""
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


def adoptable(run: ImportRun) -> list[Revision]:
    """Return the newest migrated revision of each document that a run brought and that nothing has replaced."""
    keys = [int(key) for key in run.rows.filter(outcome=RowOutcome.NEW).values_list("subject_key", flat=True) if key]
    found = Revision.objects.filter(pk__in=keys, state=State.MIGRATED).select_related("document", "content")
    newest: dict[int, Revision] = {}
    for revision in found.order_by("document__number", "sequence"):
        newest[revision.document_id] = revision
    return list(newest.values())


def used_numbers() -> list[str]:
    """Return the numbers that documents have, and those of drafts that were discarded: used all the same."""
    kept = EntryDetail.objects.filter(entry__verb="documents.draft_discarded").values_list("text", flat=True)
    discarded = [str(json.loads(text).get("number", "")) for text in kept]
    return [*Document.objects.values_list("number", flat=True), *discarded]
