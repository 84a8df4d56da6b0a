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
from qms.standards.models import Edition
from qms.standards.queries import standing_editions
from qms.standards.queries.packed import clauses_named

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
    edition = forms.ModelChoiceField(
        queryset=standing_editions(),
        label=_("Standard"),
        required=False,
        empty_label=_("Not by clauses"),
        help_text=_("Only what is linked to its clauses and confirmed when the pack is asked for, and their status."),
    )
    clauses = forms.CharField(
        label=_("Clauses"),
        max_length=400,
        required=False,
        help_text=_(
            "Their numbers, with commas between them: 7.5.3, 8.4.1. With each goes what is below it; none: all."
        ),
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
        self.chosen: tuple[int, ...] = ()
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

    def _choose(self, edition: Edition | None, said: str) -> None:
        """Find the clauses; name the numbers that the edition does not have, and ask for an edition without one."""
        if edition is None:
            if said:
                self.add_error("edition", gettext("Choose the standard that these clauses are of."))
            return
        found, missing = clauses_named(edition, said)
        self.chosen = tuple(each.pk for each in found)
        if missing:
            told = {"edition": edition, "numbers": ", ".join(missing)}
            self.add_error("clauses", gettext("%(edition)s has no clause %(numbers)s.") % told)
        elif not found:
            self.add_error("clauses", gettext("No requirement is among these clauses."))

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins; whoever only looks need not say yet for whom and why."""
        cleaned = super().clean() or {}
        for name in ("recipient", "purpose"):
            if "look" in self.data and self.has_error(name, "required"):
                del self.errors[name]
        if not {"edition", "clauses"} & set(self.errors):
            self._choose(cleaned.get("edition"), cleaned.get("clauses", ""))
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
            clauses=self.chosen,
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
        if self.cleaned_data["edition"]:
            numbers = " ".join(self.cleaned_data["clauses"].split()) or gettext("all")
            found.append(f"{self.fields['clauses'].label}: {self.cleaned_data['edition']}: {numbers}")
        days = {name: self.cleaned_data[name] for name in PERIOD if self.cleaned_data[name]}
        found += [f"{self.fields[name].label}: {day} ({organization_zone()})" for name, day in days.items()]
        return "; ".join(found) or str(_("everything this person may see"))
