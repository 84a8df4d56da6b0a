"""What a request for a pack asks."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qms.core.days import DayField
from qms.core.seams.evidence import Selection, evidence_choices
from qms.evidence.queries import known_numbers
from qms.organization.models import User
from qms.organization.queries import organization_zone

PERIOD = ("since", "until")
BETWEEN = ", "
SEPARATORS = re.compile(r"[\n,;]")


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
    sites = forms.MultipleChoiceField(
        label=_("Sites"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None chosen: all sites.")
    )
    numbers = forms.CharField(
        label=_("Numbers"),
        required=False,
        help_text=_("Only these records, with commas between them: SOP-0012, SOP-0013."),
    )
    since = DayField(
        label=_("In force or recorded since"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = DayField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    recipient = forms.CharField(label=_("For whom"), max_length=200)
    purpose = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        zone = _("Days begin and end at midnight in %(zone)s.") % {"zone": organization_zone()}
        for name in PERIOD:
            self.fields[name].help_text = zone
        for name, choices in evidence_choices().items():
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = list(choices)

    def clean_numbers(self) -> str:
        """Return the numbers as they are written, with commas between; one that nobody can take away is an error.

        A number may hold spaces, and no comma or semicolon.
        """
        typed = [number for part in SEPARATORS.split(self.cleaned_data["numbers"]) if (number := part.strip())]
        if not typed:
            return ""
        written = {number.casefold(): number for number in known_numbers(typed, self.person)}
        unknown = [number for number in typed if number.casefold() not in written]
        if unknown:
            words = gettext("There is no such record, or not for you: %(numbers)s.")
            raise forms.ValidationError(words % {"numbers": ", ".join(unknown)}, code="unknown")
        return BETWEEN.join(dict.fromkeys(written[number.casefold()] for number in typed))

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins; whoever only looks need not say yet for whom and why."""
        cleaned = super().clean() or {}
        for name in ("recipient", "purpose"):
            if "look" in self.data and self.has_error(name, "required"):
                del self.errors[name]
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", gettext("This is before the first day."))
        return cleaned

    def selection(self) -> Selection:
        """Return what is asked for."""
        cleaned = self.cleaned_data
        return Selection(
            types=tuple(cleaned["types"]),
            numbers=tuple(filter(None, cleaned["numbers"].split(BETWEEN))),
            processes=tuple(int(key) for key in cleaned["processes"]),
            sites=tuple(int(key) for key in cleaned["sites"]),
            since=cleaned["since"],
            until=cleaned["until"],
        )

    def words(self) -> str:
        """Return the question in words, as it stands in the pack and in the trail."""
        found = []
        for name in ("types", "processes", "sites"):
            field = self.fields[name]
            labels = {str(key): str(label) for key, label in evidence_choices()[name]}
            if self.cleaned_data[name]:
                found.append(f"{field.label}: {', '.join(labels[key] for key in self.cleaned_data[name])}")
        if self.cleaned_data["numbers"]:
            found.append(f"{self.fields['numbers'].label}: {self.cleaned_data['numbers']}")
        days = {name: self.cleaned_data[name] for name in PERIOD if self.cleaned_data[name]}
        found += [f"{self.fields[name].label}: {day} ({organization_zone()})" for name, day in days.items()]
        return "; ".join(found) or str(_("everything this person may see"))
