"""What a request for a pack asks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.core.days import DayField
from qms.core.seams.evidence import Selection, evidence_choices


class PackForm(forms.Form):
    """Which evidence, for whom, why."""

    types = forms.MultipleChoiceField(
        label=_("Types"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None chosen: all types.")
    )
    processes = forms.MultipleChoiceField(
        label=_("Processes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all processes."),
    )
    numbers = forms.CharField(
        label=_("Numbers"), required=False, help_text=_("Only these records, such as SOP-0012 SOP-0013.")
    )
    since = DayField(
        label=_("In force or recorded since"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = DayField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    recipient = forms.CharField(label=_("For whom"), max_length=200)
    purpose = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in evidence_choices().items():
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = list(choices)

    def selection(self) -> Selection:
        """Return what is asked for."""
        cleaned = self.cleaned_data
        return Selection(
            types=tuple(cleaned["types"]),
            numbers=tuple(cleaned["numbers"].replace(",", " ").split()),
            processes=tuple(int(key) for key in cleaned["processes"]),
            since=cleaned["since"],
            until=cleaned["until"],
        )

    def words(self) -> str:
        """Return the question in words, as it stands in the pack and in the trail."""
        found = []
        for name in ("types", "processes"):
            field = self.fields[name]
            labels = {str(key): str(label) for key, label in evidence_choices()[name]}
            if self.cleaned_data[name]:
                found.append(f"{field.label}: {', '.join(labels[key] for key in self.cleaned_data[name])}")
        given = [name for name in ("numbers", "since", "until") if self.cleaned_data[name]]
        found += [f"{self.fields[name].label}: {self.cleaned_data[name]}" for name in given]
        return "; ".join(found) or str(_("everything this person may see"))
