"""Correcting an import: its plan line by line, throwing it away, and what was found of what waits for adoption."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

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
from qms.filing.numbers import check_number
from qms.filing.services import note_number
from qms.imports.models import ImportRun
from qms.imports.states import RunState
from qms.organization.models import Process, Site, User
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


@dataclass(frozen=True, kw_only=True)
class AsFound:
    """What stands for an imported document before it is adopted: of the document, and of the approval it had."""

    number: str
    title: str
    effective_on: date | None = None
    approvers: str = ""
    process: Process | None = None
    site: Site | None = None


def as_found(document: Document) -> AsFound:
    """Return what stands for an imported document now; its newest revision says when and by whom it was approved."""
    newest = document.revisions.filter(state=State.MIGRATED).order_by("-sequence").first()
    return AsFound(
        number=document.number,
        title=newest.title if newest else document.title,
        effective_on=newest.origin_effective_on if newest else None,
        approvers=newest.origin_approvers if newest else "",
        process=document.process,
        site=document.site,
    )


@transaction.atomic
def correct_migrated(*, document_id: int, found: AsFound, by: User) -> Document:
    """Correct what was found of an imported document that nobody has adopted yet (D0 keeps it as it stands then).

    Its revisions are frozen anew, so what Quality signs is what stands there; day and approvers that are typed here are
    kept as typed, by whom and when. Raises NotPermitted without the right to import, RuleBroken for a document with a
    life of its own, an empty title, or a number that is taken or can be none.
    """
    document = (
        Document.objects.select_for_update(of=("self",)).select_related("type", "site", "process").get(pk=document_id)
    )
    if not may(by, Can.IMPORT):
        raise NotPermitted(_("You may not import documents."))
    found = replace(found, number=found.number.strip(), title=found.title.strip(), approvers=found.approvers.strip())
    _check(document, found.number, found.title)
    before = as_found(document)
    if found == before:
        return document
    document.number, document.title = found.number, found.title
    document.process, document.site = found.process, found.site
    document.save(update_fields=["number", "title", "process", "site"])
    _place_anew(document)
    _type_what_was_approved(document, before, found, by)
    _freeze_anew(document)
    _note(document)
    record("documents.migrated_corrected", document, by=by, before=_told(before), after=_told(found))
    behind("index", document, document=document.pk)
    return document


def _told(found: AsFound) -> dict[str, str]:
    return {name: str(value or "") for name, value in vars(found).items()}


def _note(document: Document) -> None:
    site, process = document.site, document.process
    scope = {"site": site.code if site else "", "process": process.number if process else ""}
    note_number(document.type.number_pattern, document.number, type_=document.type.code, **scope)


def _type_what_was_approved(document: Document, before: AsFound, found: AsFound, by: User) -> None:
    if (found.effective_on, found.approvers) == (before.effective_on, before.approvers):
        return
    newest = document.revisions.filter(state=State.MIGRATED).order_by("-sequence").first()
    assert newest is not None
    newest.origin_effective_on, newest.origin_approvers = found.effective_on, found.approvers
    newest.origin_typed_by, newest.origin_typed_at = by, timezone.now()
    newest.save(
        update_fields=["origin_effective_on", "origin_approvers", "origin_typed_by", "origin_typed_at"],
    )


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
    check_number(number)
    taken = Document.objects.filter(number__iexact=number).exclude(pk=document.pk).first()
    if taken is not None:
        facts = {"number": taken.number, "title": taken.title}
        raise RuleBroken(_("The number %(number)s belongs to “%(title)s” already.") % facts, code="number_taken")


def _place_anew(document: Document) -> None:
    now = timezone.now()
    open_ones = Placement.objects.filter(document=document, valid_until__isnull=True)
    for place in open_ones:
        here = (document.title, document.process_id, document.site_id)
        if (place.title, place.process_id, place.site_id) == here:
            continue
        Placement.objects.filter(pk=place.pk).update(valid_until=now)
        Placement.objects.create(
            document=document,
            title=document.title,
            owner=place.owner,
            process=document.process,
            site=document.site,
            valid_from=now,
        )


def _freeze_anew(document: Document) -> None:
    """Freeze what was found under the number it has now; the title is that of the newest, the others keep their own."""
    revisions = list(document.revisions.filter(state=State.MIGRATED).order_by("sequence"))
    for revision in revisions:
        revision.document = document
        if revision is revisions[-1]:
            revision.title = document.title
            revision.save(update_fields=["title"])
        freeze(revision)
