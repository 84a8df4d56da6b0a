"""Input: a file with requirements of one's own, the guide's questions, and what does not apply."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.organization.models import Site
from qms.organization.queries import active_processes, active_sites
from qms.standards.guide import ANSWER_WORDS, GUIDED, QUESTIONS
from qms.standards.queries import Line, standing_editions
from qms.standards.reading import LARGEST, Head

Kinds = Sequence[tuple[str, Any]]


class CatalogueForm(forms.Form):
    """A file with requirements of one's own; a table is told here what it is, a YAML file says it itself."""

    file = forms.FileField(
        label=_("YAML, CSV or XLSX file"),
        help_text=_("Up to 2 MB. Nothing is loaded before you have seen what it holds."),
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml,.csv,.xlsx"}),
    )
    standard = forms.CharField(
        label=_("Name"), max_length=60, required=False, help_text=_("For example Customer rules.")
    )
    edition = forms.CharField(
        label=_("Edition"), max_length=20, required=False, help_text=_("A year, or a number of your own.")
    )
    title = forms.CharField(label=_("Title"), max_length=300, required=False)

    def clean_file(self) -> Any:
        """Refuse a file larger than a catalogue may be, before it is kept."""
        given = self.cleaned_data["file"]
        if given.size > LARGEST:
            raise forms.ValidationError(_("A catalogue is no larger than 2 MB."))
        return given

    @property
    def head(self) -> Head:
        """Return what was told of a table."""
        given = self.cleaned_data
        return Head(given["standard"], given["edition"], given["title"])


class GuideForm(forms.Form):
    """Which standards, sites and processes, and the questions of the guide; those where ISO 9001 is chosen."""

    editions = forms.ModelMultipleChoiceField(
        queryset=standing_editions(), label=_("Standards"), widget=forms.CheckboxSelectMultiple
    )
    sites = forms.ModelMultipleChoiceField(
        queryset=active_sites(),
        label=_("Sites"),
        help_text=_("None ticked stands for all of them."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    processes = forms.ModelMultipleChoiceField(
        queryset=active_processes(),
        label=_("Processes"),
        help_text=_("None ticked stands for all of them. Tick where the system covers a part of your work alone."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, question in QUESTIONS.items():
            self.fields[name] = forms.ChoiceField(
                label=str(question.words),
                help_text=str(question.help),
                choices=[(each.value, ANSWER_WORDS[each]) for each in question.answers],
                widget=forms.RadioSelect,
                error_messages={"required": _("Please answer this for ISO 9001.")},
            )

    def clean(self) -> dict[str, Any]:
        """Ask for no answers where no standard is chosen that has a guide."""
        given = super().clean() or {}
        if not any((each.standard, each.edition) in GUIDED for each in given.get("editions", ())):
            for name in QUESTIONS:
                self.errors.pop(name, None)
        return given

    @property
    def answers(self) -> dict[str, str]:
        """Return what was answered, by question."""
        return {name: self.cleaned_data[name] for name in QUESTIONS if self.cleaned_data.get(name)}


class ScopeForm(forms.Form):
    """What the system covers, and what does not apply, ticked, each with its reason, and at which of several sites."""

    products = forms.CharField(
        label=_("Products and services"),
        help_text=_("As they shall stand in the scope, for example: design, making and calibration of gauges."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )

    def __init__(
        self, *args: Any, lines: Sequence[Line], kinds: Kinds = (), sites: Sequence[Site] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines, self.sites = lines, {str(each.pk): each for each in sites}
        self.fields["kind"] = _kind_field([("", _("No, keep it here only")), *kinds], required=False)
        for line in lines:
            self.fields[f"where-{line.key}"] = forms.MultipleChoiceField(
                label=_("At these sites only"),
                help_text=_("None ticked stands for all of them."),
                choices=[(key, site.name) for key, site in self.sites.items()],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
            self.fields[f"tick-{line.key}"] = forms.BooleanField(
                label=_("Does not apply"), required=False, initial=bool(line.reason)
            )
            self.fields[f"why-{line.key}"] = forms.CharField(
                label=_("Because"),
                max_length=1000,
                initial=line.reason,
                widget=forms.Textarea(attrs={"rows": 2}),
                error_messages={"required": _("Please say why it does not apply.")},
            )

    def rows(self, *, proposed: bool) -> list[tuple[Line, list[forms.BoundField]]]:
        """Return the lines that the answers propose, or the others, with their fields; of one site nobody is asked."""
        names = ("tick", "why", "where") if len(self.sites) > 1 else ("tick", "why")
        found = [line for line in self.lines if bool(line.reason) is proposed]
        return [(line, [self[f"{name}-{line.key}"] for name in names]) for line in found]

    def clean(self) -> dict[str, Any]:
        """Ask for no reason for what is not ticked."""
        given = super().clean() or {}
        for line in self.lines:
            if not given.get(f"tick-{line.key}"):
                self.errors.pop(f"why-{line.key}", None)
        return given

    @property
    def ticked(self) -> list[tuple[Line, str, list[Site]]]:
        """Return what does not apply, with the reason and the sites at which alone; all of them are none."""
        given = self.cleaned_data
        return [
            (each, given[f"why-{each.key}"], self._sites(given[f"where-{each.key}"]))
            for each in self.lines
            if given[f"tick-{each.key}"]
        ]

    def _sites(self, keys: Sequence[str]) -> list[Site]:
        return [self.sites[key] for key in keys] if len(keys) < len(self.sites) else []


class WriteForm(forms.Form):
    """As which kind of document the scope is written."""

    def __init__(self, *args: Any, kinds: Kinds, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = _kind_field(kinds)


def _kind_field(kinds: Kinds, *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Write it as a controlled document"),
        help_text=_("A draft, or the next revision of the last one; reviewed and approved as usual."),
        choices=kinds,
        required=required,
    )
