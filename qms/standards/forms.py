"""Input: a file with requirements of one's own, the guide's questions, and what does not apply."""

import re
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.core.seams.evidence_status import status_sources
from qms.organization.models import Site, User
from qms.organization.queries import active_processes, active_sites
from qms.standards.guide import ANSWER_WORDS, GUIDED, QUESTIONS
from qms.standards.queries import Line, standing_editions
from qms.standards.queries.links import sources_of_links
from qms.standards.reading import LARGEST, Head

Kinds = Sequence[tuple[str, Any]]
_SEPARATORS = re.compile(r"[\s,;]+")
_BETWEEN = re.compile(r"[\n,;]+")


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


class ClausesForm(forms.Form):
    """Clauses of one edition, by their numbers, for chosen records."""

    edition = forms.ModelChoiceField(queryset=standing_editions(), label=_("Standard"), empty_label=None)
    clauses = forms.CharField(
        label=_("Clauses"),
        max_length=400,
        help_text=_("Their numbers, with commas between them: 7.5.3, 8.4.1"),
    )
    everywhere = forms.BooleanField(
        label=_("Counts for all sites and processes"),
        required=False,
        help_text=_("Otherwise it counts where the record lies."),
    )

    def clean(self) -> dict[str, Any]:
        """Find the clauses; name the numbers that the edition does not have."""
        given = super().clean() or {}
        edition, said = given.get("edition"), given.get("clauses")
        if edition is None or not said:
            return given
        numbers = list(dict.fromkeys(each.rstrip(".") for each in _SEPARATORS.split(said) if each))
        found = {each.number.lower(): each for each in edition.clauses.filter(number__in=_spelled(numbers))}
        missing = [each for each in numbers if each.lower() not in found]
        if missing:
            told = {"edition": edition, "numbers": ", ".join(missing)}
            self.add_error("clauses", _("%(edition)s has no clause %(numbers)s.") % told)
        given["clauses"] = list(found.values())
        return given


def _spelled(numbers: Sequence[str]) -> list[str]:
    return [form for each in numbers for form in (each, each.upper(), each.lower())]


class RecordsForm(forms.Form):
    """Records of one kind, by their numbers, for a clause."""

    model = forms.ChoiceField(label=_("Kind of record"))
    numbers = forms.CharField(
        label=_("Numbers"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One on each line, or with commas between them."),
    )
    everywhere = forms.BooleanField(
        label=_("Counts for all sites and processes"),
        required=False,
        help_text=_("Otherwise each counts where the record lies."),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.keys: list[str] = []
        choices = [(model, source.words) for model, source in sources_of_links()]
        cast(forms.ChoiceField, self.fields["model"]).choices = choices

    def clean(self) -> dict[str, Any]:
        """Find the records; name the numbers that no record has that the person may see."""
        given = super().clean() or {}
        source = status_sources.get(given.get("model", ""))
        if source is None or not given.get("numbers"):
            return given
        wanted = list(dict.fromkeys(each.strip() for each in _BETWEEN.split(given["numbers"]) if each.strip()))
        found = source.numbered(wanted, self.person)
        missing = [each for each in wanted if each not in found]
        if missing:
            self.add_error("numbers", _("There is no such record: %(numbers)s") % {"numbers": ", ".join(missing)})
        self.keys = list(found.values())
        return given


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
                initial=[str(key) for key in line.before.only_at] if line.before else [],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
            self.fields[f"tick-{line.key}"] = forms.BooleanField(
                label=_("Does not apply"), required=False, initial=line.proposed
            )
            self.fields[f"why-{line.key}"] = forms.CharField(
                label=_("Because"),
                max_length=1000,
                initial=line.words,
                widget=forms.Textarea(attrs={"rows": 2}),
                error_messages={"required": _("Please say why it does not apply.")},
            )

    def rows(self, *, proposed: bool) -> list[tuple[Line, list[forms.BoundField]]]:
        """Return the lines that are proposed, or the others, with their fields; of one site nobody is asked."""
        names = ("tick", "why", "where") if len(self.sites) > 1 else ("tick", "why")
        found = [line for line in self.lines if line.proposed is proposed]
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
        self.fields["kind"] = _kind_field([("", _("Please choose")), *kinds])


def _kind_field(kinds: Kinds, *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Write it as a controlled document"),
        help_text=_("A draft, or the next revision of the last one; reviewed and approved as usual."),
        choices=kinds,
        required=required,
    )


class ExpectationForm(forms.Form):
    """Which kinds of evidence a clause expects here."""

    maintain = forms.BooleanField(label=_("A document in force"), required=False)
    retain = forms.BooleanField(
        label=_("Records within their period"),
        required=False,
        help_text=_("Neither ticked: a document or records, whichever there are."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class JudgementForm(forms.Form):
    """What a person judges of a clause."""

    said = forms.CharField(
        label=_("Judgement"),
        max_length=4000,
        help_text=_("What you looked at, and what you judge of it."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
