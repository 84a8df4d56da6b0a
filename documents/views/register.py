"""The register of documents: filtered, in order, page by page; exported as it is filtered."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents import services
from documents.access import can_write, require
from documents.audience import Rule
from documents.forms.audience import RulesForm
from documents.forms.bulk import BULK_FORMS, BulkForm
from documents.models import Document
from documents.queries import choosable
from documents.queries.register import (
    RegisterFilter,
    RegisterRow,
    each_row,
    itself,
    overdue_reviews,
    register_page,
    registered,
    rows_among,
)
from documents.queries.searching import DOCUMENT
from documents.registers import master_list, master_parts, words_of
from documents.rights import Can
from documents.states import OPEN_STATES, STATE_WORDS, State
from qms.core.keyset import addresses
from qms.organization.models import User
from qms.organization.queries import may, setting
from qms.organization.request import signed_in
from qms.reports.downloads import download
from qms.reports.registers import register_report, render_report

SHOWN_STATES = (State.EFFECTIVE, *OPEN_STATES, State.OBSOLETE, State.MIGRATED)


def filter_of(request: HttpRequest) -> RegisterFilter:
    """Return what the address filters; unknown parameters are left out."""
    known = asdict(RegisterFilter())
    return RegisterFilter(**{name: request.GET.get(name, default).strip()[:200] for name, default in known.items()})


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Show one page of the register."""
    person = signed_in(request)
    wanted = filter_of(request)
    keys = {"after": request.GET.get("after", ""), "before": request.GET.get("before", "")}
    documents = registered(person, wanted)
    found, rows = register_page(documents, wanted, person, **keys)
    context = {
        "page": found,
        "wanted": wanted,
        "rows": rows,
        "filters": _filters(wanted),
        "clear_url": "?" if wanted != RegisterFilter(sort=wanted.sort) else "",
        "as_of": timezone.now(),
        "itself": itself(person, wanted),
        "overdue": overdue_reviews(documents) if may(person, Can.MANAGE) else None,
        "may_write": can_write(person),
        "may_import": may(person, Can.IMPORT),
        "verbs": _bulk_verbs(person),
        **addresses(request.GET, found),
    }
    return render(request, "documents/register.html", context)


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the register as it is filtered: CSV, XLSX, or the master list as PDF."""
    person = signed_in(request)
    wanted = filter_of(request)
    rows = each_row(registered(person, wanted), wanted, person)
    filter_words = words_of(wanted, _filters(wanted))
    return download(
        form,
        name="documents",
        sheet=lambda: master_list(rows, filter_words=filter_words, person=person),
        pdf=lambda: _master_list_pdf(rows, filter_words, person),
    )


def _master_list_pdf(rows: Iterable[RegisterRow], filter_words: str, person: User) -> bytes:
    """Return the master list in parts: in force, not yet, no longer."""
    parts = master_parts(rows, filter_words=filter_words, person=person)
    made_at = parts[0].about.made_at
    first = register_report(parts[0], organization=setting("organization.name"))
    report = replace(first, title=_("Master list of documents"), tables=parts)
    return render_report(report, identifier=f"master-list/{made_at.isoformat()}", made_at=made_at)


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Change owner, review date, process or readers of chosen documents: first what would happen, then row by row what
    did.
    """
    person = signed_in(request)
    require(person, Can.MANAGE)
    chosen = [row.document for row in rows_among(person, request.POST.getlist("chosen"))]
    form_class = BULK_FORMS.get(request.POST.get("verb", ""))
    if form_class is None or not chosen:
        messages.error(request, _("Choose documents first, then what to do with them."))
        return redirect(f"{reverse('documents:register')}{filter_of(request).address()}")
    form = form_class(request.POST if "confirm" in request.POST else None)
    outcomes = _changed(chosen, form, person) if form.is_bound and form.is_valid() else []
    context = {
        "documents": chosen,
        "form": form,
        "verb": request.POST["verb"],
        "wanted": filter_of(request),
        "outcomes": outcomes,
        "changed": sum(not outcome.words for outcome in outcomes),
    }
    return render(request, "documents/bulk.html", context)


def _changed(documents: list[Document], form: BulkForm | RulesForm, by: User) -> list[services.RowOutcome]:
    if isinstance(form, RulesForm):
        rules = [Rule(kind, key) for kind, key in form.rules()]
        return services.add_readers(documents=documents, rules=rules, by=by)
    return services.change_documents(documents=documents, by=by, **form.values())


def _filters(wanted: RegisterFilter) -> list[dict[str, Any]]:
    choices = choosable.filters()
    offered: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("type", _("Type"), choices["type"]),
        ("state", _("State"), [(each.value, str(STATE_WORDS[each])) for each in SHOWN_STATES]),
        ("process", _("Process"), choices["process"]),
        ("site", _("Site"), choices["site"]),
        ("owner", _("Owner"), [("me", _("me"))]),
        ("review", _("Review"), [("overdue", _("overdue"))]),
    ]
    return [_filter(wanted, name, label, options) for name, label, options in offered]


def _filter(wanted: RegisterFilter, name: str, label: str, options: list[tuple[str, str]]) -> dict[str, Any]:
    value = getattr(wanted, name)
    words = dict(options).get(value, value)
    return {
        "label": label,
        "value": words,
        "remove_url": wanted.address(**{name: ""}),
        "options": [{"label": text, "url": wanted.address(**{name: key}), "count": None} for key, text in options],
    }


def _bulk_verbs(person: User) -> list[dict[str, str]]:
    if not may(person, Can.MANAGE):
        return []
    return [
        {"label": _("Change owner"), "icon": "user", "value": "owner"},
        {"label": _("Move review date"), "icon": "calendar", "value": "review"},
        {"label": _("Set the process"), "icon": "workflow", "value": "process"},
        {"label": _("Add readers"), "icon": "book-open", "value": "readers"},
        {
            "label": _("Link to clauses"),
            "icon": "link",
            "value": "link",
            "url": reverse("standards:link_records", args=[DOCUMENT]),
        },
    ]
