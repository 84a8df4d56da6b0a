"""What is said of a process: its purpose and place, and lines of what it takes, gives and needs."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qms.organization.models import Process
from qms.processes.queries import Sheet
from qms.processes.services import End, Need
from qms.processes.states import BAND_WORDS, RESOURCE_WORDS, Band, ResourceKind

SPARE = 4  # empty lines below those that are said


class DescriptionForm(forms.Form):
    """What the process is for, where it stands on the map, what measures it and what could go wrong."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    purpose = forms.CharField(
        label=_("Purpose"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=_("What it turns into what, and for whom."),
    )
    band = forms.ChoiceField(
        label=_("Place on the map"), choices=[(each.value, words) for each, words in BAND_WORDS.items()]
    )

    measures = forms.CharField(
        label=_("Measures"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        required=False,
        help_text=_("By what you see that it works, one in each line: on-time delivery, scrap in percent."),
    )
    risks = forms.CharField(
        label=_("Risks and opportunities"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        required=False,
        help_text=_("What could keep it from its results, or make them better, one in each line."),
    )

    def values(self) -> dict[str, Any]:
        """Return what is said, and the mark of the sheet that was seen."""
        return {**self.cleaned_data, "band": Band(self.cleaned_data["band"])}


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

    def __init__(self, data: Any, sheet: Sheet, others: Iterable[Process], outside: Iterable[str]) -> None:
        self.own, self.others = sheet.process, list(others)
        self.parties = [*(str(each) for each in self.others if each.is_active), *outside]
        said = sheet.description
        words = {name: getattr(said, name) for name in ("purpose", "band", "measures", "risks")} if said else {}
        self.description = DescriptionForm(data, initial={"seen": sheet.mark, **words})
        self.inputs = _lines(
            EndFormSet, data, "in", (_line(row.what, row.maker, row.maker_outside) for row in sheet.inputs)
        )
        self.outputs = _lines(
            EndFormSet, data, "out", (_line(row.what, row.taker, row.taker_outside) for row in sheet.outputs)
        )
        self.needs = _lines(
            NeedFormSet, data, "need", ({"what": row.what, "kind": row.kind} for row in sheet.resources)
        )

    @property
    def lines(self) -> list[tuple[str, str, Any]]:
        """Return the lists of lines, each with its heading and a word of help."""
        party = gettext("A process by its number, or a party outside such as Customer. Left empty, it is open.")
        needs = gettext("People and what they must know, machines, rooms, measuring equipment.")
        return [
            (gettext("Inputs"), party, self.inputs),
            (gettext("Outputs"), party, self.outputs),
            (gettext("Resources"), needs, self.needs),
        ]

    def is_valid(self) -> bool:
        """Return whether every part of it is."""
        return all(
            [self.description.is_valid(), self.inputs.is_valid(), self.outputs.is_valid(), self.needs.is_valid()]
        )

    def unsaid(self, sheet: Sheet) -> list[str]:
        """Return the lines of a sheet that the lines of the form, which must be valid, do not hold."""
        mine = {self._words(name, **form.cleaned_data) for name, _help, lines in self.lines for form in _filled(lines)}
        inputs, outputs, needs = (name for name, _help, _lines in self.lines)
        theirs = [self._words(inputs, **_line(row.what, row.maker, row.maker_outside)) for row in sheet.inputs]
        theirs += [self._words(outputs, **_line(row.what, row.taker, row.taker_outside)) for row in sheet.outputs]
        theirs += [self._words(needs, row.what) for row in sheet.resources]
        return [words for words in theirs if words not in mine]

    def _words(self, name: str, what: str, party: str = "", **_more: Any) -> str:
        """Return one line of the form in words."""
        named = next((each for each in self.parties if party and each.split(" ")[0] == party), party)
        return f"{name}: {what}" + (f" ({named})" if named else "")

    def values(self) -> dict[str, Any]:
        """Return what `services.describe` takes."""
        everybody = [*self.others, self.own]
        processes = {each.number.casefold(): each.pk for each in everybody}
        processes |= {str(each).casefold(): each.pk for each in everybody}
        return {
            **self.description.values(),
            "inputs": [form.end(processes) for form in _filled(self.inputs)],
            "outputs": [form.end(processes) for form in _filled(self.outputs)],
            "needs": [form.need() for form in _filled(self.needs)],
        }


def _lines(kind: Any, data: Any, prefix: str, said: Iterable[dict[str, str]]) -> Any:
    """Return a list of lines. What was sent is compared with nothing: a line that is as it was would be left out."""
    return kind(data, prefix=prefix, initial=list(said) if data is None else None)


def _line(what: str, process: Process | None, outside: str) -> dict[str, str]:
    return {"what": what, "party": str(process) if process else outside}


def _filled(lines: Any) -> list[Any]:
    return [form for form in lines if form.cleaned_data.get("what")]
