"""Where django-allauth meets the house: sign-in, own passwords, second factors and single sign-on."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from qms.organization.models import User


def display(user: User) -> str:
    """Return how a person is named on the pages of allauth."""
    return user.name


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by IT, never by signing up (lifecycles 5.6)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: nobody makes an account for themselves."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Return whether an address after sign-in stays on this host (trust 2.3)."""
        return bool(url_has_allowed_host_and_scheme(url, allowed_hosts=None))


class MfaAdapter(DefaultMFAAdapter):
    """Second factors and passkeys."""


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Single sign-on: known people only, never joined by e-mail (trust 2.9)."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Return False: single sign-on opens the account that IT made, and makes none."""
        return False
