"""The public page behind the QR code of a print: current, superseded or withdrawn, and nothing else."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from documents.queries.public import currency_of
from qms.core.throttle import client_address, within


@login_not_required
@require_safe
def currency(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether a printed copy is current: number, revision, yes or no. No sign-in, no content, no enumeration."""
    if not within("currency", client_address(request), most=30, seconds=60):
        return render(request, "documents/currency.html", {"found": None, "slow": True}, status=429)
    found = currency_of(code)
    if found is None:
        raise Http404
    return render(request, "documents/currency.html", {"found": found, "slow": False})
