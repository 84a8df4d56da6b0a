"""Registers and reports as files to take away: PDF, CSV and XLSX of the same rows, named with the day."""

from collections.abc import Callable
from io import BytesIO

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from qms.organization.queries import today
from qms.reports.sheets import Sheet, csv_chunks, write_xlsx

PDF = "application/pdf"
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(
    form: str, *, name: str, pdf: Callable[[], bytes], sheet: Callable[[], Sheet] | None = None
) -> HttpResponseBase:
    """Return a report as a file of a form ("pdf"; "csv" and "xlsx" where it has rows); only what is asked for is made.

    The file is named after `name` and the organization's day. Raises Http404 for another form.
    """
    if form == "pdf":
        answer: HttpResponseBase = HttpResponse(pdf(), content_type=PDF)
    elif form == "csv" and sheet:
        answer = StreamingHttpResponse(csv_chunks(sheet()), content_type=CSV)
    elif form == "xlsx" and sheet:
        answer = HttpResponse(_workbook(sheet()), content_type=XLSX)
    else:
        raise Http404
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{today().isoformat()}.{form}"'
    return answer


def _workbook(sheet: Sheet) -> bytes:
    stream = BytesIO()
    write_xlsx([sheet], stream)
    return stream.getvalue()
