"""The pages of django-allauth in our look, and what their views hand them."""

from datetime import timedelta
from types import SimpleNamespace

from allauth.account.forms import LoginForm, ResetPasswordForm
from django import forms
from django.utils import timezone

SQUARE = (
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>"
    "<path d='M1 1h3v3H1zM5 1h3v3H5z'/></svg>"
)


class Digits(forms.Form):
    """Six digits; carries the secret as allauth's form does."""

    secret = "JBSWY3DPEHPK3PXPJBSWY3DP"
    code = forms.CharField(label="Code")


class NewPassword(forms.Form):
    """A new password, twice."""

    password1 = forms.CharField(label="New password", widget=forms.PasswordInput, help_text="At least 12 characters.")
    password2 = forms.CharField(label="New password (again)", widget=forms.PasswordInput)


class Key(forms.Form):
    """A passkey's name, and what the browser fills in."""

    name = forms.CharField(required=False)
    passwordless = forms.BooleanField(required=False, help_text="Signs you in without a password.")
    credential = forms.CharField(widget=forms.HiddenInput)


class Code(SimpleNamespace):
    """Ten codes, as allauth wraps them."""

    def get_unused_codes(self):
        """Return the codes left."""
        return CODES


class Authenticator(SimpleNamespace):
    """A key in the list."""

    def __str__(self):
        return self.name


NOW = timezone.now()
CODES = [f"{number:08}" for number in range(12345678, 12345688)]
KEYS = [
    Authenticator(
        name="Work laptop",
        pk=1,
        wrap=SimpleNamespace(is_passwordless=True),
        created_at=NOW - timedelta(days=90),
        last_used_at=NOW,
    ),
    Authenticator(
        name="Blue key",
        pk=2,
        wrap=SimpleNamespace(is_passwordless=False),
        created_at=NOW - timedelta(days=9),
        last_used_at=None,
    ),
]
LOGINS = [
    SimpleNamespace(
        username="quality", words="Quality manager", name="Lena Hoffmann", says="What is overdue, and by whom"
    ),
    SimpleNamespace(
        username="reader", words="Machine operator, on a phone", name="Jonas Weber", says="Two documents to acknowledge"
    ),
    SimpleNamespace(username="auditor", words="External auditor", name="Miriam Okafor", says="A guest"),
]
TYPES = ["totp", "webauthn", "recovery_codes"]
WAYS = [{"url": "#", "description": "Use authenticator app or code"}]


def pages():
    """Return what each page is given, by template."""
    guest = {"redirect_field": "", "PASSKEY_LOGIN_ENABLED": True, "no_passkeys": "", "SOCIALACCOUNT_ENABLED": False}
    reset = {"redirect_field": "", "action_url": "#"}
    again = {"redirect_field": "", "reauthentication_alternatives": WAYS}
    keys = {"MFA_SUPPORTED_TYPES": TYPES, "is_mfa_enabled": True}
    return {
        "account/login.html": {**guest, "form": LoginForm(), "demo_logins": LOGINS},
        "account/logout.html": guest,
        "account/password_change.html": {"form": NewPassword()},
        "account/password_set.html": {"form": NewPassword()},
        "account/password_reset.html": {**guest, "form": ResetPasswordForm()},
        "account/password_reset_done.html": {},
        "account/password_reset_from_key.html": {**reset, "form": NewPassword(), "token_fail": False},
        "account/password_reset_from_key_done.html": {},
        "account/account_inactive.html": {},
        "account/signup_closed.html": {},
        "account/locked.html": {},
        "account/reauthenticate.html": {**again, "form": Digits()},
        "mfa/reauthenticate.html": {**again, "form": Digits()},
        "mfa/webauthn/reauthenticate.html": {**again, "form": Key(), "js_data": {}},
        "mfa/authenticate.html": {**keys, "form": Digits(), "webauthn_form": Key(), "js_data": {}},
        "mfa/index.html": {**keys, "authenticators": {"webauthn": KEYS, "totp": KEYS[0], "recovery_codes": Code()}},
        "mfa/totp/activate_form.html": {"form": Digits(), "totp_svg_data_uri": SQUARE},
        "mfa/totp/deactivate_form.html": {"form": Digits()},
        "mfa/recovery_codes/index.html": {
            "unused_codes": CODES,
            "total_count": 10,
            "can_view_codes": True,
            "can_download_codes": True,
            "can_generate_codes": True,
        },
        "mfa/recovery_codes/generate.html": {"form": forms.Form()},
        "mfa/webauthn/add_form.html": {"form": Key(), "js_data": {}},
        "mfa/webauthn/edit_form.html": {"form": Key()},
        "mfa/webauthn/authenticator_list.html": {"authenticators": KEYS},
        "mfa/webauthn/authenticator_confirm_delete.html": {"authenticator": KEYS[0]},
        "socialaccount/login.html": {"provider": SimpleNamespace(name="Company sign-on")},
        "socialaccount/login_cancelled.html": {},
        "socialaccount/authentication_error.html": {},
        "socialaccount/signup.html": {},
    }
