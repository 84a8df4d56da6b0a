"""What is said of a process: its purpose and place, and lines of what it takes, gives and needs."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.organization.models import Process
from qms.processes.queries import Sheet
from qms.processes.services import End, Need
from qms.processes.states import BAND_WORDS, RESOURCE_WORDS, Band, ResourceKind

SPARE = 3  # empty lines below those that are said


class DescriptionForm(forms.Form):
    """What the process is for, and where it stands on the map."""

    purpose = forms.CharField(
        label=_("Purpose"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=_("What it turns into what, and for whom."),
    )
    band = forms.ChoiceField(
        label=_("Place on the map"), choices=[(each.value, words) for each, words in BAND_WORDS.items()]
    )

    def values(self) -> dict[str, Any]:
        """Return band and purpose."""
        return {"band": Band(self.cleaned_data["band"]), "purpose": self.cleaned_data["purpose"]}


class EndForm(forms.Form):
    """One thing, and who stands at its other end."""

    what = forms.CharField(label=_("What"), max_length=120, required=False)
    party = forms.CharField(
        label=_("Process or party outside"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"list": "parties", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a party without a thing."""
        said = self.cleaned_data
        if said.get("party") and not said.get("what"):
            self.add_error("what", _("Please say what it is."))
        return said

    def end(self, processes: dict[str, int]) -> End:
        """Return what the line says; a party that begins with the number of a process is that process."""
        what, party = self.cleaned_data["what"], self.cleaned_data["party"]
        process = processes.get(party.casefold()) or processes.get(party.split(" ")[0].casefold())
        return End(what, process, "" if process else party)


class NeedForm(forms.Form):
    """One resource."""

    what = forms.CharField(label=_("What"), max_length=120, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[(each.value, words) for each, words in RESOURCE_WORDS.items()])

    def need(self) -> Need:
        """Return what the line says."""
        return Need(ResourceKind(self.cleaned_data["kind"]), self.cleaned_data["what"])


EndFormSet = forms.formset_factory(EndForm, extra=SPARE)
NeedFormSet = forms.formset_factory(NeedForm, extra=SPARE)


class SheetForm:
    """All that is said of a process, as one form."""

    def __init__(self, data: Any, sheet: Sheet, others: Iterable[Process]) -> None:
        self.others = list(others)
        said = sheet.description
        self.description = DescriptionForm(data, initial={"purpose": said.purpose, "band": said.band} if said else {})
        self.inputs = EndFormSet(
            data, prefix="in", initial=[_line(row.what, row.maker, row.maker_outside) for row in sheet.inputs]
        )
        self.outputs = EndFormSet(
            data, prefix="out", initial=[_line(row.what, row.taker, row.taker_outside) for row in sheet.outputs]
        )
        needs = [{"what": row.what, "kind": row.kind} for row in sheet.resources]
        self.needs = NeedFormSet(data, prefix="need", initial=needs)

    @property
    def lines(self) -> list[tuple[Any, Any]]:
        """Return the lists of lines with their headings."""
        return [(_("Inputs"), self.inputs), (_("Outputs"), self.outputs), (_("Resources"), self.needs)]

    def is_valid(self) -> bool:
        """Return whether every part of it is."""
        return all(
            [self.description.is_valid(), self.inputs.is_valid(), self.outputs.is_valid(), self.needs.is_valid()]
        )

    def values(self) -> dict[str, Any]:
        """Return what `services.describe` takes."""
        processes = {each.number.casefold(): each.pk for each in self.others}
        processes |= {str(each).casefold(): each.pk for each in self.others}
        return {
            **self.description.values(),
            "inputs": [form.end(processes) for form in _filled(self.inputs)],
            "outputs": [form.end(processes) for form in _filled(self.outputs)],
            "needs": [form.need() for form in _filled(self.needs)],
        }


def _line(what: str, process: Process | None, outside: str) -> dict[str, str]:
    return {"what": what, "party": str(process) if process else outside}


def _filled(lines: Any) -> list[Any]:
    return [form for form in lines if form.cleaned_data.get("what")]
