"""Input of moves: what was found of lines, and when the transition ends."""

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.core.days import DayField
from qms.transition.states import OUTCOME_WORDS, Outcome


class AssessmentForm(forms.Form):
    """What a person found."""

    outcome = forms.TypedChoiceField(
        label=_("What you found"),
        choices=list(OUTCOME_WORDS.items()),
        coerce=Outcome,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("What you looked at, or why"),
        required=False,
        max_length=4000,
        help_text=_("Needed for what is not applicable."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class EndForm(forms.Form):
    """When the transition ends, and by whom that was said."""

    ends_on = DayField(label=_("The transition ends on"), widget=forms.DateInput(attrs={"type": "date"}))
    source = forms.CharField(
        label=_("By whom that was said"),
        max_length=200,
        help_text=_("For example the letter of your certification body, with its day."),
    )
