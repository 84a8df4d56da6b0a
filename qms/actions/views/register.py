"""The register of actions: filtered, in order, page by page, with age and lateness of each; exported as filtered."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qms.actions.access import may_give
from qms.actions.queries import Ageing, RegisterFilter, ageing, registered, rows_of
from qms.actions.queries.register import each_row, order_of
from qms.actions.registers import action_list
from qms.actions.states import STATE_WORDS
from qms.core.keyset import addresses, page
from qms.organization.queries import active_processes, active_sites, setting
from qms.organization.request import signed_in
from qms.reports.downloads import download
from qms.reports.registers import register_report, render_report
from qms.reports.sheets import Sheet

Options = list[tuple[str, str]]


def filter_of(request: HttpRequest) -> RegisterFilter:
    """Return what the address filters; unknown parameters are left out."""
    known = asdict(RegisterFilter())
    return RegisterFilter(**{name: request.GET.get(name, default).strip()[:200] for name, default in known.items()})


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Show one page of the register."""
    person, wanted = signed_in(request), filter_of(request)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    found = page(registered(person, wanted), order_of(wanted), after=after, before=before)
    context = {
        "rows": rows_of(found.rows),
        "wanted": wanted,
        "filters": filters(wanted),
        "clear_url": "?" if wanted != RegisterFilter(sort=wanted.sort) else "",
        "figures": _figures(ageing(person, wanted), wanted),
        "may_give": may_give(person),
        **addresses(request.GET, found),
    }
    return render(request, "actions/register.html", context)


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the register as it is filtered: CSV, XLSX or PDF."""
    person, wanted = signed_in(request), filter_of(request)
    rows = each_row(registered(person, wanted).order_by(*order_of(wanted)).iterator(chunk_size=1000))
    sheet = action_list(rows, filter_words=words_of(wanted), person=person)
    return download(form, name="actions", sheet=lambda: sheet, pdf=lambda: _pdf(sheet))


def _pdf(sheet: Sheet) -> bytes:
    made_at = sheet.about.made_at
    report = register_report(sheet, organization=setting("organization.name"))
    return render_report(report, identifier=f"actions/{made_at.isoformat()}", made_at=made_at)


def words_of(wanted: RegisterFilter) -> str:
    """Return a filter in words: what stands in the first line of an export."""
    found = [f"{each['label']}: {each['value']}" for each in filters(wanted) if each["value"]]
    if wanted.q:
        found.append(_("text: “%(text)s”") % {"text": wanted.q})
    return ", ".join(found) or _("all that are in hand")


def filters(wanted: RegisterFilter) -> list[dict[str, Any]]:
    """Return the filters as `{% chips %}` takes them."""
    states = [("all", _("all"))] + [(each.value, str(words)) for each, words in STATE_WORDS.items()]
    due = [("soon", _("within a week")), ("late", _("overdue")), ("long_late", _("overdue by more than 30 days"))]
    owners = [("me", _("me")), ("mine", _("mine to do, verify or follow")), ("left", _("somebody who has left"))]
    offered: list[tuple[str, str, Options]] = [
        ("state", _("State"), states),
        ("due", _("Due"), due),
        ("owner", _("Owner"), owners),
        ("process", _("Process"), [(str(each.pk), str(each)) for each in active_processes()]),
        ("site", _("Site"), [(str(each.pk), each.name) for each in active_sites()]),
    ]
    if wanted.origin:
        offered.append(("origin", _("From"), []))
    return [_filter(wanted, name, label, options) for name, label, options in offered]


def _filter(wanted: RegisterFilter, name: str, label: str, options: Options) -> dict[str, Any]:
    value = getattr(wanted, name)
    return {
        "label": label,
        "value": dict(options).get(value, value),
        "remove_url": wanted.address(**{name: ""}),
        "options": [{"label": text, "url": wanted.address(**{name: key}), "count": None} for key, text in options],
    }


def _figures(counts: Ageing, wanted: RegisterFilter) -> list[dict[str, Any]]:
    """Return how the actions in hand stand, each number with the way to just those."""
    told: list[tuple[int, str, dict[str, str], str]] = [
        (counts.open, _("to do"), {"state": "open", "due": ""}, ""),
        (counts.soon, _("due within a week"), {"state": "", "due": "soon"}, "soon" if counts.soon else ""),
        (counts.late, _("overdue"), {"state": "", "due": "late"}, "late" if counts.late else ""),
        (
            counts.long_late,
            _("overdue by more than 30 days"),
            {"state": "", "due": "long_late"},
            "late" if counts.long_late else "",
        ),
        (counts.done, _("to be verified"), {"state": "done", "due": ""}, ""),
    ]
    return [
        {"value": value, "label": label, "url": wanted.address(**changes), "tone": tone}
        for value, label, changes, tone in told
    ]
