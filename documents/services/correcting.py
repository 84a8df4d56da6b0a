"""Correcting an import: its plan line by line, throwing it away, and number and title of what waits for adoption."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.importing import with_said
from documents.models import Document, Placement
from documents.rights import Can
from documents.services.behind import behind
from documents.services.freezing import freeze
from documents.states import State
from qms.core.errors import NotPermitted, RuleBroken
from qms.filing.services import note_number
from qms.imports.models import ImportRun
from qms.imports.states import RunState
from qms.organization.models import User
from qms.organization.queries import may
from qms.trail.services import record


@transaction.atomic
def correct_plan(*, run_id: int, said: Mapping[str, Mapping[str, str]], by: User) -> ImportRun:
    """Say more about files of a planned import, by path; a job makes the plan anew with it.

    Raises NotPermitted without the right to import, RuleBroken for an import that is not planned.
    """
    run = _planned(run_id, by)
    run.mapping, run.state = with_said(run.mapping, said), RunState.READING
    run.save(update_fields=["mapping", "state"])
    behind("import_plan", run, by=by.pk, run=run.pk)
    return run


@transaction.atomic
def drop_plan(*, run_id: int, by: User) -> ImportRun:
    """Throw a plan away: nothing came in by it and nothing will. Raises as `correct_plan` does."""
    run = _planned(run_id, by)
    run.state = RunState.DROPPED
    run.save(update_fields=["state"])
    record("documents.import_dropped", run, by=by, source=run.source)
    return run


@transaction.atomic
def correct_migrated(*, document_id: int, number: str, title: str, by: User) -> Document:
    """Correct number and title of an imported document that nobody has adopted yet (D0 keeps them as they stand then).

    Its revisions are frozen anew, so what Quality signs is what stands there. Raises NotPermitted without the right to
    import, RuleBroken for a document with a life of its own, an empty title, or a number that is taken.
    """
    document = (
        Document.objects.select_for_update(of=("self",)).select_related("type", "site", "process").get(pk=document_id)
    )
    if not may(by, Can.IMPORT):
        raise NotPermitted(_("You may not import documents."))
    number, title = number.strip(), title.strip()
    _check(document, number, title)
    before = {"number": document.number, "title": document.title}
    document.number, document.title = number, title
    document.save(update_fields=["number", "title"])
    _title_its_place(document)
    _freeze_anew(document)
    site, process = document.site, document.process
    scope = {"site": site.code if site else "", "process": process.number if process else ""}
    note_number(document.type.number_pattern, number, type_=document.type.code, **scope)
    after = {"number": number, "title": title}
    record("documents.migrated_corrected", document, by=by, before=before, after=after)
    behind("index", document, document=document.pk)
    return document


def _planned(run_id: int, by: User) -> ImportRun:
    run = ImportRun.objects.select_for_update(of=("self",)).get(pk=run_id)
    if not may(by, Can.IMPORT):
        raise NotPermitted(_("You may not import documents."))
    if run.state != RunState.PLANNED:
        raise RuleBroken(_("This import has run, or is not planned yet."), code="wrong_state")
    return run


def _check(document: Document, number: str, title: str) -> None:
    if document.revisions.exclude(state__in=[State.MIGRATED, State.CANCELLED]).exists():
        raise RuleBroken(_("%(what)s is adopted already.") % {"what": document.number}, code="wrong_state")
    if not number or not title:
        raise RuleBroken(_("A document needs a number and a title."), code="empty")
    taken = Document.objects.filter(number__iexact=number).exclude(pk=document.pk).first()
    if taken is not None:
        facts = {"number": taken.number, "title": taken.title}
        raise RuleBroken(_("The number %(number)s belongs to “%(title)s” already.") % facts, code="number_taken")


def _title_its_place(document: Document) -> None:
    now = timezone.now()
    open_ones = Placement.objects.filter(document=document, valid_until__isnull=True)
    for place in open_ones.exclude(title=document.title):
        Placement.objects.filter(pk=place.pk).update(valid_until=now)
        Placement.objects.create(
            document=document,
            title=document.title,
            owner=place.owner,
            process=place.process,
            site=place.site,
            valid_from=now,
        )


def _freeze_anew(document: Document) -> None:
    for revision in document.revisions.filter(state=State.MIGRATED).order_by("sequence"):
        revision.title = document.title
        revision.document = document
        revision.save(update_fields=["title"])
        freeze(revision)
