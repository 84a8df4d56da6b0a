"""Input of actions: giving one, and what each verb asks for."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.actions.models import Action
from qms.actions.queries import Named, named, record_numbered
from qms.core.days import DayField
from qms.core.seams.gates import gates
from qms.organization.fields import PersonField
from qms.organization.models import Process, Site, User
from qms.organization.queries import active_processes, active_sites, today


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SeveralFiles(forms.ClearableFileInput):
    """Takes more than one file."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Gives a list of files, each as a field for one file would take it."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files; raise ValidationError for one that cannot be taken."""
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(each, initial) for each in given if each]


def _area(label: Any, *, required: bool, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WhatForm(forms.Form):
    """What is to be done, who verifies it, what it waits for, and where it belongs."""

    title = forms.CharField(label=gettext_lazy("What is to be done"), max_length=200)
    words = _area(gettext_lazy("Details"), required=False)
    verifier = PersonField(
        label=gettext_lazy("Who verifies it"),
        required=False,
        help_text=gettext_lazy("Not the owner. Empty: Quality."),
    )
    waits_for = forms.CharField(
        label=gettext_lazy("Done only when this document is in force"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Its number: the action is done once a revision released after today is in force."),
    )
    process = forms.ModelChoiceField(
        label=gettext_lazy("Process"),
        queryset=Process.objects.none(),
        required=False,
        empty_label=gettext_lazy("No single process"),
    )
    site = forms.ModelChoiceField(
        label=gettext_lazy("Site"),
        queryset=Site.objects.none(),
        required=False,
        empty_label=gettext_lazy("The whole organization"),
    )

    def __init__(self, *args: Any, person: User, action: Action | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.action = person, action
        places: dict[str, Any] = {"process": active_processes(), "site": active_sites()}
        for name, rows in places.items():
            cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = rows
        if not list(gates):
            del self.fields["waits_for"]

    def clean_waits_for(self) -> Named | None:
        """Return the record that is waited for; what it waited for before stays where its name does."""
        typed = self.cleaned_data["waits_for"].strip()
        if not typed:
            return None
        if self.action is not None and typed == self.action.gate_label:
            return Named(self.action.gate_model, self.action.gate_key, self.action.gate_label)
        return _found(self.person, typed, models={model for model, _gate in gates.items()})

    def values(self) -> dict[str, Any]:
        """Return the arguments of the service."""
        given = self.cleaned_data
        return {
            **{name: given[name] for name in ("title", "words", "verifier", "process", "site")},
            "gate": given.get("waits_for"),
        }


class GiveForm(WhatForm):
    """A new action: with its owner and its due day."""

    owner = PersonField(label=gettext_lazy("Who does it"))
    due_on = DayField(label=gettext_lazy("Until"), widget=DayInput())
    field_order = ("title", "words", "owner", "due_on", "verifier", "waits_for", "process", "site")

    def clean_due_on(self) -> Any:
        """Refuse a day that has gone."""
        day = self.cleaned_data["due_on"]
        if day < today():
            raise forms.ValidationError(_("This day has gone. Choose one that is still to come."))
        return day

    def values(self) -> dict[str, Any]:
        """Return the arguments of the service."""
        return {**super().values(), "owner": self.cleaned_data["owner"], "due_on": self.cleaned_data["due_on"]}


class ActForm(forms.Form):
    """A verb that asks nothing; the others extend it. `seen_state` is the state that the person looked at."""

    seen_state = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, action: Action, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"seen_state": action.state, **self.first(action)}, **kwargs})
        self.action, self.person = action, person

    def first(self, action: Action) -> dict[str, Any]:
        """Return what stands in the fields at first."""
        return {}

    def values(self) -> dict[str, Any]:
        """Return the arguments of the service beside the action and the person."""
        return {"seen_state": self.cleaned_data["seen_state"] or None}


class ChangeForm(WhatForm):
    """What is to be done, said anew; the due day is not among it: that moves by asking for more time."""

    seen_state = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, person: User, action: Action, **kwargs: Any) -> None:
        first = {
            "seen_state": action.state,
            "title": action.title,
            "words": action.words,
            "verifier": action.verifier,
            "waits_for": action.gate_label,
            "process": action.process_id,
            "site": action.site_id,
        }
        super().__init__(*args, person=person, action=action, **{"initial": first, **kwargs})

    def values(self) -> dict[str, Any]:
        """Return the arguments of the service."""
        return {**super().values(), "seen_state": self.cleaned_data["seen_state"] or None}


class DoForm(ActForm):
    """What shows that it is done: at least one of words, files and a record."""

    words = _area(gettext_lazy("What was done, and what shows it"), required=False)
    attached = FilesField(label=gettext_lazy("Files"), required=False, allow_empty_file=True)
    evidence = forms.CharField(
        label=gettext_lazy("A record that shows it"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Its number, such as SOP-0012."),
    )

    def clean_evidence(self) -> Named | None:
        """Return the record whose number was typed."""
        typed = self.cleaned_data["evidence"].strip()
        return _found(self.person, typed) if typed else None

    def values(self) -> dict[str, Any]:
        """Return words, files as they came, and the record."""
        given = self.cleaned_data
        return {**super().values(), "words": given["words"], "files": given["attached"], "evidence": given["evidence"]}


class WordsForm(ActForm):
    """A verb that may come with words."""

    words = _area(gettext_lazy("What was looked at"), required=False)

    def values(self) -> dict[str, Any]:
        """Return the words."""
        return {**super().values(), "words": self.cleaned_data["words"]}


class ReasonForm(ActForm):
    """A verb that wants a reason."""

    reason = _area(gettext_lazy("Reason"), required=True, help_text=gettext_lazy("It stays in the history for good."))

    def values(self) -> dict[str, Any]:
        """Return the reason."""
        return {**super().values(), "reason": self.cleaned_data["reason"]}


class RemarkForm(ReasonForm):
    """A verb that may come with a reason."""

    reason = _area(gettext_lazy("Remarks"), required=False)


class HandOverForm(ReasonForm):
    """To whom an action goes, and why."""

    to = PersonField(label=gettext_lazy("To whom"))
    field_order = ("to", "reason")

    def values(self) -> dict[str, Any]:
        """Return the person and the reason."""
        return {**super().values(), "to": self.cleaned_data["to"]}


class ExtensionForm(ReasonForm):
    """Until when, and why."""

    new_due_on = DayField(label=gettext_lazy("New day"), widget=DayInput())
    field_order = ("new_due_on", "reason")

    def values(self) -> dict[str, Any]:
        """Return the day and the reason."""
        return {**super().values(), "new_due_on": self.cleaned_data["new_due_on"]}


def origin_named(person: User, written: str) -> Named | None:
    """Return the record that an address names ("documents.document/17"), as far as the person sees it."""
    model, _slash, key = written.partition("/")
    return named(person, model, key) if model and key else None


def _found(person: User, typed: str, *, models: set[str] | None = None) -> Named:
    found = record_numbered(person, typed, models=models)
    if found is None:
        raise forms.ValidationError(_("No record with the number “%(number)s” is known here.") % {"number": typed})
    return found
