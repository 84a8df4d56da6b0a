"""The limit: what Django itself needs for a list of the same shape: session, person, joined rows, revisions."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import Engine
from django.template.context import Context
from django.test import override_settings
from django.urls import path

from bench.site import Application
from documents.models import Document, Revision

ROWS = 50
MIDDLEWARE = [
    "bench.bare.own_addresses",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATE = Engine().from_string(
    """<!doctype html><html lang="en"><head><title>Documents</title></head><body><table>
<thead><tr><th>Number<th>Title<th>Rev.<th>State<th>Type<th>Owner<th>Process<th>Site<th>Review</tr></thead><tbody>
{% for row in rows %}<tr>
<td>{{ row.document.number }}</td><th><a href="/documents/{{ row.document.pk }}/">{{ row.document.title }}</a></th>
<td>{{ row.label }}</td><td>{{ row.state }}</td><td>{{ row.document.type.name }}</td>
<td>{{ row.document.owner.name }}</td>
<td>{{ row.document.process.name }}</td><td>{{ row.document.site.name|default:"" }}</td>
<td>{{ row.document.next_review_on|date:"j M Y" }}</td>
</tr>{% endfor %}</tbody></table></body></html>"""
)


def application() -> Application:
    """Return a WSGI application with the least that a signed-in list needs."""
    with override_settings(MIDDLEWARE=MIDDLEWARE):
        return WSGIHandler()


def own_addresses(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware that gives requests the addresses of this file."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.urlconf = "bench.bare"
        return get_response(request)

    return answer


def _rows() -> list[dict[str, Any]]:
    joined = Document.objects.select_related("type", "owner", "process", "site")
    documents = list(joined.order_by("number")[:ROWS])
    shown = {each.document_id: each for each in Revision.objects.filter(document__in=documents, state="effective")}
    found = ((document, shown.get(document.pk)) for document in documents)
    return [
        {"document": document, "label": row.label if row else "", "state": row.get_state_display() if row else ""}
        for document, row in found
    ]


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """Answer the list as a page."""
    return HttpResponse(TEMPLATE.render(Context({"rows": _rows()})))


@login_required
def as_json(request: HttpRequest) -> HttpResponse:
    """Answer the list as JSON."""
    rows = [
        {
            "id": row["document"].pk,
            "number": row["document"].number,
            "title": row["document"].title,
            "type": row["document"].type.code,
            "owner": row["document"].owner_id,
            "process": row["document"].process_id,
            "site": row["document"].site_id,
            "revision": row["label"],
            "state": row["state"],
            "next_review_on": row["document"].next_review_on,
        }
        for row in _rows()
    ]
    return JsonResponse({"results": rows})


urlpatterns = [path("list/", listing), path("json/", as_json)]
