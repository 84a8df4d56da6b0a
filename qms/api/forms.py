"""What a new token asks for."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.api.states import SCOPE_WORDS, TokenScope
from qms.core.days import DayField
from qms.organization.queries import organization_zone


class TokenForm(forms.Form):
    """What uses the token, what it may, until when."""

    name = forms.CharField(
        label=_("What uses it"), max_length=80, help_text=_("The program or machine, such as “ERP, nightly run”.")
    )
    scope = forms.ChoiceField(
        label=_("It may"),
        choices=[(each.value, words) for each, words in SCOPE_WORDS.items()],
        initial=TokenScope.READ,
        help_text=_("Never more than you may yourself, and it signs and acknowledges nothing."),
    )
    ends_on = DayField(
        label=_("Last day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Within a year."),
    )

    def ends_at(self) -> datetime:
        """Return the instant at which the last day is over, in the organization's zone."""
        after = self.cleaned_data["ends_on"] + timedelta(days=1)
        return datetime.combine(after, time(0, 0), tzinfo=organization_zone())
