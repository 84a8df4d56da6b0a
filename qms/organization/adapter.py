"""Where django-allauth meets the house: sign-in, own passwords, second factors and single sign-on."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordForm
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.core.throttle import client_address
from qms.organization.models import User
from qms.organization.queries import setting
from qms.organization.services import (
    ask_for_reset,
    choose_password,
    note_factor,
    recognize,
    tell_of_account,
    tell_of_arrival,
)


def display(user: User) -> str:
    """Return how a person is named on the pages of allauth."""
    return user.name


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by IT, never by signing up. Mail goes through the house's own outbox."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        **dict.fromkeys(
            ("username_password_mismatch", "email_password_mismatch", "invalid_login"),
            gettext_lazy("The name or the password is not right. Try again, or ask for a new password."),
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: nobody makes an account for themselves."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Return whether an address after sign-in stays on this host."""
        return bool(url_has_allowed_host_and_scheme(url, allowed_hosts=None))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that rates are counted against and sessions are shown with. Raises PermissionDenied."""
        return client_address(request) or str(super().get_client_ip(request))

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Refuse somebody who has left, and a temporary password that has ended (ASVS 6.4.1)."""
        refused: HttpResponse | None = super().pre_login(request, user, **kwargs)
        if refused is None and user.password_ends_at and user.password_ends_at <= timezone.now():
            messages.error(request, _("Your temporary password has ended. Ask your IT for another one."))
            return redirect("account_login")
        return refused

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Lead whoever has a temporary password to choosing their own; they may go on without, but not sign.

        Who waits for a confirmation can be confirmed from now on: quality managers are told.
        """
        tell_of_arrival(person=user)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if user.password_is_own or not user.has_usable_password():
            return response
        goal = response.headers.get("Location", "/")
        return redirect(f"{reverse('account_change_password')}?{urlencode({'next': goal})}")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return where somebody goes who has just changed their password: on, or to their own page."""
        goal = request.GET.get("next") or request.POST.get("next") or ""
        return goal if goal and self.is_safe_url(goal) else reverse("organization:profile")

    def set_password(self, user: User, password: str) -> None:
        """Keep a password that its owner has chosen; it is their own from now on."""
        choose_password(person=user, password=password)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Write a changed factor into the trail, and tell the person what has changed (ASVS 6.3.7)."""
        room, change = template_prefix.split("/")[0], template_prefix.rsplit("/", 1)[-1]
        if room == "mfa":
            note_factor(person=user, change=change)
        tell_of_account(user, change)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing: whatever else the library would write, no page of ours leads there."""

    def format_email_subject(self, subject: str) -> str:
        """Return a subject as it is."""
        return subject


class SignInForm(LoginForm):
    """Asks for name and password; what the labels say is not said again, in other words, inside the fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ForgottenPasswordForm(ResetPasswordForm):
    """Asks who has forgotten their password; who is known here is looked up and written to behind the page."""

    def clean_email(self) -> str:
        """Return the address as it was typed."""
        return str(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Have the link sent, and return the address."""
        ask_for_reset(email=self.cleaned_data["email"])
        return str(self.cleaned_data["email"])


class OwnPasswordForm(ChangePasswordForm):
    """Changes one's own password; a wrong old one counts against the lock as it does at the sign-in."""

    def clean_oldpassword(self) -> str:
        """Return the old password. Raises ValidationError for a wrong one, and while the lock holds."""
        adapter, typed = get_adapter(), str(self.cleaned_data["oldpassword"])
        if not adapter.reauthenticate(self.user, typed):
            raise adapter.validation_error("enter_current_password")
        return typed


class MfaAdapter(DefaultMFAAdapter):
    """Second factors and passkeys, under the organization's name."""

    def get_totp_issuer(self) -> str:
        """Return the name that an authenticator app shows above the codes."""
        return str(setting("organization.name"))

    def _get_site_name(self) -> str:
        return str(setting("organization.name"))


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Single sign-on: people whom IT has linked, by issuer and subject, never joined by an e-mail alone."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Return False: single sign-on opens the account that IT made, and makes none."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the person whom the provider vouches for, or answer in words that nobody is linked."""
        claims = sociallogin.account.extra_data.get("id_token", {})
        person = recognize(
            issuer=str(claims.get("iss", "")),
            subject=str(claims.get("sub", "")),
            email=str(claims.get("email") or ""),
            email_verified=claims.get("email_verified") is True,
        )
        if person is None:
            messages.error(
                request,
                _("The single sign-on knows you, but no account here is linked to it. Ask your IT to link yours."),
            )
            raise ImmediateHttpResponse(redirect("account_login"))
        sociallogin.user = person
