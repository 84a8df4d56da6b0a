"""Coming in: the sign-in page with what it offers here, and the doors of the demo organization."""

from typing import Any

from allauth.account.utils import perform_login
from allauth.account.views import LoginView, PasswordResetFromKeyView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from qms.organization.access import demo_person
from qms.organization.queries import demo_logins
from qms.organization.secure_context import why_no_passkeys


class SignIn(LoginView):
    """The library's sign-in page, with the demo's doors and the reason why passkeys are not offered."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the context of the page."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        reason = why_no_passkeys(self.request)
        return {
            **context,
            "demo_logins": demo_logins(),
            "no_passkeys": reason,
            "PASSKEY_LOGIN_ENABLED": context["PASSKEY_LOGIN_ENABLED"] and not reason,
        }


class ChooseFromLink(PasswordResetFromKeyView):
    """The library's page behind the link that lets somebody choose a password."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the context of the page; the link holds unless the library says otherwise."""
        context: dict[str, Any] = super().get_context_data(**{"token_fail": False, **kwargs})
        return context


@login_not_required
@require_POST
def demo_login(request: HttpRequest) -> HttpResponse:
    """Sign in as a person of the demo organization with one click; outside demo mode this page does not exist."""
    person = demo_person(request.POST.get("username", ""))
    goal = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(goal, allowed_hosts=None):
        goal = settings.LOGIN_REDIRECT_URL
    answer: HttpResponse = perform_login(request, person, redirect_url=goal)
    return answer


@login_not_required
def closed(request: HttpRequest) -> HttpResponse:
    """Answer a page of the library that this house does not have."""
    raise Http404
