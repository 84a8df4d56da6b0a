"""The pages of records: the kinds with what is wanted, each kind with its records, adding and correcting them."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from documents.access import (
    can_manage_records,
    kind_for,
    kind_to_add_to,
    kind_to_change,
    record_for,
    record_to_correct,
    require,
    sees_document,
)
from documents.forms.records import CorrectionForm, EndForm, KindForm, RecordForm
from documents.models import Record, RecordKind
from documents.queries.kept import (
    ENDED,
    OVERDUE,
    corrections_of,
    how_many_kinds,
    kinds_page,
    manages,
    may_keep,
    place_of,
    records_page,
)
from documents.reading import media_type_of
from documents.rights import Can
from documents.services.records import Given, Kept, add_kind, change_kind, correct_record, end_kind, keep_record
from documents.views.writing import taken
from qms.core.keyset import addresses
from qms.core.parsers.kinds import HEAD
from qms.core.seams.panels import record_panels, shown
from qms.filing.services import store
from qms.filing.serving import serve
from qms.organization.history import history_of
from qms.organization.models import User
from qms.organization.request import signed_in


@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """Show the kinds of record with the last of each and by when the next is wanted."""
    person = signed_in(request)
    require(person, Can.READ)
    wanted = request.GET.get("show", "")
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    found = kinds_page(person, wanted, after=after, before=before)
    counts = how_many_kinds(person)
    context = {
        "rows": found.rows,
        "counts": counts,
        "filters": [_filter(wanted, counts)] if counts[ENDED] or counts[OVERDUE] or wanted else [],
        "narrowed": bool(wanted),
        "may_add": can_manage_records(person),
        **addresses(request.GET, found),
    }
    return render(request, "documents/records.html", context)


def _filter(wanted: str, counts: dict[str, int]) -> dict[str, Any]:
    words = {OVERDUE: _("overdue"), ENDED: _("ended")}
    if wanted in words:
        return {"label": _("Show"), "value": words[wanted], "remove_url": "?"}
    options = [{"label": word, "url": f"?show={name}", "count": counts[name]} for name, word in words.items()]
    return {"label": _("Show"), "options": options}


@require_safe
def record_kind(request: HttpRequest, key: int) -> HttpResponse:
    """Show a kind of record with its records."""
    person = signed_in(request)
    kind = kind_for(person, key)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    found = records_page(person, kind, after=after, before=before)
    context = {
        "kind": kind,
        "form_seen": kind.form_id and sees_document(person, kind.form_id),
        "rows": found.rows,
        "panels": shown(record_panels, person, kind),
        "history": history_of(kind),
        "may_add": kind.is_active and may_keep(person, kind),
        "may_change": kind.is_active and manages(person, place_of(kind)),
        **addresses(request.GET, found),
    }
    return render(request, "documents/record_kind.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_record_kind(request: HttpRequest) -> HttpResponse:
    """Add a kind of record."""
    person = signed_in(request)
    require(person, Can.MANAGE_RECORDS)
    form = KindForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        kind = taken(form, partial(add_kind, by=person, **form.values()))
        if kind is not None:
            messages.success(request, _("%(kind)s is a kind of record now.") % {"kind": kind.name})
            return redirect(kind)
    return _form(request, form, _("New kind of record"), "/records/")


@require_http_methods(["GET", "HEAD", "POST"])
def change_record_kind(request: HttpRequest, key: int) -> HttpResponse:
    """Change a kind of record; a change is an entry."""
    person = signed_in(request)
    kind = kind_to_change(person, key)
    form = KindForm(request.POST or None, person=person, kind=kind)
    if request.method == "POST" and form.is_valid():
        changed = taken(form, partial(change_kind, kind_id=kind.pk, by=person, **form.values()))
        if changed is not None:
            messages.success(request, _("Saved."))
            return redirect("documents:records" if not _still_sees(person, kind) else kind)
    return _form(request, form, kind.name, kind.get_absolute_url())


def _still_sees(person: User, kind: RecordKind) -> bool:
    try:
        return bool(kind_for(person, kind.pk))
    except Http404:
        return False


@require_http_methods(["GET", "HEAD", "POST"])
def end_record_kind(request: HttpRequest, key: int) -> HttpResponse:
    """Ask whether a kind of record ends, and end it."""
    person = signed_in(request)
    kind = kind_to_change(person, key)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ended = taken(form, partial(end_kind, kind_id=kind.pk, by=person, **form.cleaned_data))
        if ended is not None:
            messages.success(request, _("%(kind)s has ended. Its records stay.") % {"kind": kind.name})
            return redirect(kind)
    status = 422 if form.is_bound else 200
    return render(request, "documents/end_record_kind.html", {"form": form, "kind": kind}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def add_record(request: HttpRequest, key: int) -> HttpResponse:
    """Add a record: a file, or what was seen of records kept elsewhere."""
    person = signed_in(request)
    kind = kind_to_add_to(person, key)
    form = RecordForm(request.POST or None, request.FILES or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        kept = taken(form, partial(_keep, kind, form, person))
        if kept is not None:
            messages.success(request, _("%(record)s is kept.") % {"record": kept.title})
            return redirect(kind)
    title = _("Add to %(kind)s") % {"kind": kind.name}
    return _record_form(request, form, kind, title, kind.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, key: int) -> HttpResponse:
    """Correct a record by another one, with what was wrong."""
    person = signed_in(request)
    kept = record_to_correct(person, key)
    form = CorrectionForm(request.POST or None, request.FILES or None, record=kept)
    if request.method == "POST" and form.is_valid():
        made = taken(form, partial(_correct, kept, form, person))
        if made is not None:
            messages.success(request, _("Corrected. The record before stays, and is marked."))
            return redirect(made)
    title = _("Correct %(record)s") % {"record": kept.title}
    return _record_form(request, form, kept.kind, title, kept.get_absolute_url())


@require_safe
def record(request: HttpRequest, key: int) -> HttpResponse:
    """Show a record: its file with its hash or what was seen, who kept it, and what it corrects or is corrected by."""
    person = signed_in(request)
    kept = record_for(person, key)
    chain = corrections_of(kept)
    context = {
        "record": kept,
        "kind": kept.kind,
        "chain": chain if len(chain) > 1 else [],
        "standing": chain[-1],
        "panels": shown(record_panels, person, kept),
        "history": history_of(kept),
        "may_correct": chain[-1] == kept and may_keep(person, kept.kind, place_of(kept)),
    }
    return render(request, "documents/record.html", context)


@require_safe
def record_file(request: HttpRequest, key: int) -> FileResponse:
    """Send the file of a record as it came in."""
    kept = record_for(signed_in(request), key)
    if kept.file is None:
        raise Http404
    return serve(kept.file, kept.file_name, kept.media_type)


def _keep(kind: RecordKind, form: RecordForm, by: User) -> Record:
    return keep_record(kind_id=kind.pk, given=_given(form), by=by)


def _correct(wrong: Record, form: CorrectionForm, by: User) -> Record:
    return correct_record(record_id=wrong.pk, given=_given(form), reason=form.cleaned_data["reason"], by=by)


def _given(form: RecordForm) -> Given:
    upload = form.cleaned_data["file"]
    return Given(**form.given(), file=kept_file(upload) if upload else None)


def kept_file(upload: Any) -> Kept:
    """Return a file that was sent as records hold it, its bytes in the store; raise RuleBroken for an empty one."""
    upload.seek(0)
    head = upload.read(HEAD)
    upload.seek(0)
    return Kept(store(upload.chunks()), upload.name, media_type_of(head, upload.name))


def _form(request: HttpRequest, form: Any, title: str, cancel_url: str) -> HttpResponse:
    context = {"form": form, "title": title, "label": _("Save"), "cancel_url": cancel_url}
    return render(request, "documents/form.html", context, status=422 if form.is_bound else 200)


def _record_form(request: HttpRequest, form: RecordForm, kind: RecordKind, title: str, cancel_url: str) -> HttpResponse:
    context = {"form": form, "kind": kind, "title": title, "cancel_url": cancel_url}
    return render(request, "documents/add_record.html", context, status=422 if form.is_bound else 200)
