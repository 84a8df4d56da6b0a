"""One's own tokens: make one, see when it was used, end it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qms.api.access import token_for
from qms.api.forms import TokenForm
from qms.api.queries import tokens_of
from qms.api.services import make_token, revoke_token
from qms.api.states import TokenScope
from qms.core.errors import RuleBroken
from qms.organization.request import signed_in


@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """List one's own tokens; make one, whose secret is shown on this answer and never again."""
    person = signed_in(request)
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        secret = _made(request, form)
    form = TokenForm() if secret else form
    context = {"tokens": tokens_of(person), "form": form, "secret": secret}
    return render(request, "api/tokens.html", context, status=422 if form.is_bound else 200)


def _made(request: HttpRequest, form: TokenForm) -> str:
    said = form.cleaned_data
    scope = TokenScope(said["scope"])
    try:
        _token, secret = make_token(name=said["name"], scope=scope, ends_at=form.ends_at(), by=signed_in(request))
    except RuleBroken as refusal:
        form.add_error("ends_on", str(refusal))
        return ""
    return secret


@require_POST
def revoke(request: HttpRequest, key: int) -> HttpResponse:
    """End one of one's own tokens at once."""
    person = signed_in(request)
    token = revoke_token(token_id=token_for(person, key).pk, by=person)
    messages.success(request, _("“%(name)s” opens nothing any more.") % {"name": token.name})
    return redirect("api:tokens")
