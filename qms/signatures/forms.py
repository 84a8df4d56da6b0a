"""The signing form of every page, and what an exception asks for."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.core.days import DayField
from qms.core.errors import NotPermitted, Stale
from qms.organization.fields import PersonField
from qms.organization.models import Process, User
from qms.organization.queries import awaits_confirmation, demo_password, has_passkey, organization_zone, today
from qms.organization.secure_context import origin_of, why_no_passkeys
from qms.signatures.models import SigningProof
from qms.signatures.services import prove_by_passkey, prove_by_password
from qms.signatures.states import RULE_WORDS, Meaning, SeparationRule, kept_rules


class SigningForm(forms.Form):
    """Asks for the password, or carries what a passkey answered. Pages that sign extend it with their own fields.

    `content_hash` is what the person has read: what is signed is that or nothing. `hidden` are values of an earlier
    step that the page carries along.
    """

    content_hash = forms.CharField(widget=forms.HiddenInput)
    credential = forms.CharField(widget=forms.HiddenInput, required=False)
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        error_messages={"required": gettext_lazy("Type your password to sign.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(
        self, *args: Any, content_hash: str = "", hidden: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        hidden = hidden or {}
        kwargs["initial"] = {"content_hash": content_hash, **hidden, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        for name in hidden:
            self.fields[name] = forms.CharField(widget=forms.HiddenInput, required=False)
        self.fields["password"].required = not self.data.get("credential")
        if settings.DEMO:
            told = _("In this demo everybody’s password is %(password)s.") % {"password": demo_password()}
            self.fields["password"].help_text = told
        self.order_fields([*(name for name in self.fields if name != "password"), "password"])

    def prove(self, request: HttpRequest, meaning: Meaning, content_hash: str) -> SigningProof | None:
        """Return a fresh proof for one signature; None, with the reason at the field, when it does not succeed.

        Takes the hash of what would be signed now. Raises Stale when the person has read something else.
        """
        if self.cleaned_data["content_hash"] != content_hash:
            raise Stale(_("This changed since you read it. Read it again, then sign; nothing was signed."))
        person = cast(User, request.user)
        session_key = request.session.session_key or ""
        try:
            if self.cleaned_data["credential"]:
                return prove_by_passkey(
                    person=person,
                    credential=self.cleaned_data["credential"],
                    meaning=meaning,
                    content_hash=content_hash,
                    session_key=session_key,
                    origin=origin_of(request),
                )
            return prove_by_password(
                person=person,
                password=self.cleaned_data["password"],
                meaning=meaning,
                content_hash=content_hash,
                session_key=session_key,
                request=request,
            )
        except NotPermitted as refusal:
            self.add_error("password", str(refusal))
            return None


def ceremony(
    request: HttpRequest, *, meaning: Meaning, content_hash: str, action: str, cancel_url: str, **words: Any
) -> Mapping[str, Any]:
    """Return what `{% sign_dialog %}` shows: `words` are title, rows, statement and label.

    Offers the passkey where the person has one and the address is one at which it works; says why somebody cannot
    sign yet.
    """
    person = cast(User, request.user)
    passkey = has_passkey(person) and not why_no_passkeys(request)
    address = reverse("signatures:passkey", args=[meaning.value, content_hash]) if passkey else ""
    return {"action": action, "cancel_url": cancel_url, "passkey_url": address, "note": _not_yet(person), **words}


def _not_yet(person: User) -> str:
    """Return why somebody cannot sign yet, or nothing."""
    if not person.password_is_own:
        return _("Your password was set by somebody else: change it, then sign.")
    if awaits_confirmation(person):
        return _("You can sign when a quality manager has confirmed that your sign-in is yours alone.")
    return ""


class ExceptionForm(forms.Form):
    """What is asked before a rule of separation is set aside."""

    rule = forms.ChoiceField(label=gettext_lazy("Rule to set aside"))
    person = PersonField(
        label=gettext_lazy("For whom"), required=False, help_text=gettext_lazy("Empty: for everybody.")
    )
    process = forms.ModelChoiceField(
        label=gettext_lazy("In which process"),
        queryset=Process.objects.none(),
        required=False,
        empty_label=gettext_lazy("All processes"),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why a second person cannot be found"), widget=forms.Textarea(attrs={"rows": 3})
    )
    compensating_check = forms.CharField(
        label=gettext_lazy("What is checked instead"),
        help_text=gettext_lazy("For example: the external auditor looks at each of these at the next audit."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    ends_on = DayField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("At most two years from today."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = [(each.value, RULE_WORDS[each]) for each in kept_rules()]
        cast(forms.ChoiceField, self.fields["rule"]).choices = rules
        processes = Process.objects.filter(is_active=True).order_by("number")
        cast("forms.ModelChoiceField[Process]", self.fields["process"]).queryset = processes

    def clean_ends_on(self) -> Any:
        """Keep the day between tomorrow and two years off."""
        day = self.cleaned_data["ends_on"]
        if not 0 <= (day - today()).days <= 730:
            raise forms.ValidationError(_("Choose a day within the next two years."))
        return day

    def values(self) -> dict[str, Any]:
        """Return the exception as the service takes it: it ends with the last day in the organization's zone."""
        cleaned = self.cleaned_data
        end = datetime.combine(cleaned["ends_on"], time(23, 59, 59), tzinfo=organization_zone())
        return {
            "rule": SeparationRule(cleaned["rule"]),
            "person": cleaned["person"],
            "process": cleaned["process"],
            "reason": cleaned["reason"].strip(),
            "compensating_check": cleaned["compensating_check"].strip(),
            "valid_until": end.astimezone(timezone.get_default_timezone()),
        }


class EndForm(forms.Form):
    """Asks why an exception ends before its day."""

    reason = forms.CharField(label=gettext_lazy("Why it ends"), widget=forms.Textarea(attrs={"rows": 3}))
