"""Pages of signing and of separation of duties: translate, one call, answer."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qms.core.keyset import addresses, page
from qms.core.seams.tabs import rights_pages, tabs_of
from qms.organization.history import history_of
from qms.organization.queries import may
from qms.organization.request import signed_in
from qms.organization.secure_context import origin_of
from qms.signatures.access import exception_to_see, require
from qms.signatures.forms import EndForm, ExceptionForm, SigningForm, ceremony
from qms.signatures.queries import all_exceptions, rule_rows
from qms.signatures.rights import Can
from qms.signatures.services import (
    ask_passkey,
    end_exception,
    exception_content_hash,
    grant_exception,
    refuse_exception,
)
from qms.signatures.states import RULE_WORDS, Meaning


@require_POST
def passkey(request: HttpRequest, meaning: str, content_hash: str) -> JsonResponse:
    """Answer what the browser shall ask the person's passkeys to sign, for one content and one meaning."""
    if meaning not in {each.value for each in Meaning}:
        raise Http404
    asked = ask_passkey(
        person=signed_in(request),
        meaning=Meaning(meaning),
        content_hash=content_hash,
        session_key=request.session.session_key or "",
        origin=origin_of(request),
    )
    return JsonResponse(asked)


@require_safe
def separation(request: HttpRequest) -> HttpResponse:
    """Show the rules of separation, where they are kept, what sets them aside now, and what did before."""
    person = signed_in(request)
    require(person, Can.SEE_EXCEPTIONS)
    history = page(
        all_exceptions(),
        ("-valid_from", "-pk"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "tab_items": tabs_of(rights_pages, person, "signatures:separation"),
        "rules": rule_rows(),
        "history": history,
        "may_grant": may(person, Can.GRANT_EXCEPTION),
        **addresses(request.GET, history),
    }
    return render(request, "signatures/separation.html", context)


@require_safe
def exception(request: HttpRequest, key: int) -> HttpResponse:
    """Show one exception with its signature."""
    found = exception_to_see(signed_in(request), key)
    holds = found.ended_at is None and found.valid_until > timezone.now()
    may_end = holds and may(signed_in(request), Can.GRANT_EXCEPTION)
    context = {"exception": found, "holds": holds, "may_end": may_end, "history": history_of(found)}
    return render(request, "signatures/exception.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: HttpRequest) -> HttpResponse:
    """Ask for an exception, show what would be signed, and take the signature: two steps on one address."""
    person = signed_in(request)
    require(person, Can.GRANT_EXCEPTION)
    form = ExceptionForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound and form.errors else 200
        return render(request, "signatures/grant.html", {"form": form}, status=status)
    values = form.values()
    refuse_exception(**{name: values[name] for name in ("reason", "compensating_check", "valid_until")})
    return _sign(request, form, values)


def _sign(request: HttpRequest, form: ExceptionForm, values: dict[str, Any]) -> HttpResponse:
    content_hash = exception_content_hash(
        rule=values["rule"],
        reason=values["reason"],
        compensating_check=values["compensating_check"],
        valid_until=values["valid_until"],
        person_id=values["person"].pk if values["person"] else None,
        process_id=values["process"].pk if values["process"] else None,
    )
    carried = {name: request.POST.get(name, "") for name in form.fields}
    signing = SigningForm(
        request.POST if "content_hash" in request.POST else None, content_hash=content_hash, hidden=carried
    )
    if signing.is_bound and signing.is_valid():
        proof = signing.prove(request, Meaning.EXCEPTION_GRANTED, content_hash)
        if proof is not None:
            granted = grant_exception(**values, by=signed_in(request), proof=proof)
            messages.success(request, _("The exception is granted. It shows on every record that makes use of it."))
            return redirect(granted)
    sign = ceremony(
        request,
        meaning=Meaning.EXCEPTION_GRANTED,
        content_hash=content_hash,
        action=request.path,
        cancel_url=reverse("signatures:separation"),
        title=_("Sign this exception"),
        rows=_rows(values),
        statement=_("I set this rule aside until then, and the compensating check is made."),
        label=_("Sign and grant"),
    )
    status = 422 if signing.is_bound else 200
    return render(request, "signatures/sign.html", {"form": signing, "sign": sign}, status=status)


def _rows(values: dict[str, Any]) -> list[tuple[str, object]]:
    until: datetime = timezone.localtime(values["valid_until"])
    return [
        (_("Rule"), RULE_WORDS[values["rule"]]),
        (_("For whom"), values["person"] or _("Everybody")),
        (_("Process"), values["process"] or _("All processes")),
        (_("Reason"), values["reason"]),
        (_("Compensating check"), values["compensating_check"]),
        (_("Until"), f"{formats.date_format(until, 'j M Y, H:i')} {until.tzname()}"),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, key: int) -> HttpResponse:
    """Ask why an exception ends before its day, and end it."""
    person = signed_in(request)
    found = exception_to_see(person, key)
    require(person, Can.GRANT_EXCEPTION)
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        end_exception(exception_id=found.pk, by=person, reason=form.cleaned_data["reason"])
        messages.success(request, _("The exception has ended. The rule holds again."))
        return redirect(found)
    status = 422 if form.is_bound else 200
    return render(request, "signatures/end.html", {"exception": found, "form": form}, status=status)
