"""What an import in the browser asks for."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.importing import read_mapping
from qms.core.errors import RuleBroken
from qms.filing.numbers import check_number
from qms.imports.models import ImportRow

_PROPOSED = ("number", "title", "type", "revision", "owner")


class ImportForm(forms.Form):
    """A zip of a folder, and a mapping when the files do not say enough."""

    file = forms.FileField(
        label=_("Folder as a zip"), help_text=_("Every file is read; nothing comes in before you have seen the plan.")
    )
    mapping = forms.CharField(
        label=_("Mapping for many files at once (YAML)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Leave it empty when you like: every line of the plan can be corrected before anything comes in."),
    )

    def clean_mapping(self) -> str:
        """Refuse a mapping that is none, in words."""
        text: str = self.cleaned_data["mapping"]
        try:
            read_mapping(text)
        except RuleBroken as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return text


class LineForm(forms.Form):
    """Corrections to one line of a plan; what is left as it stands says nothing."""

    file = forms.CharField(widget=forms.HiddenInput)
    number = forms.CharField(
        label=_("Number"), required=False, max_length=60, help_text=_("Empty: a new number is issued.")
    )
    title = forms.CharField(label=_("Title"), required=False, max_length=300)
    use_name = forms.BooleanField(label=_("Take the name of the file as the title"), required=False)
    type = forms.ChoiceField(label=_("Type"), required=False)
    revision = forms.CharField(label=_("Revision"), required=False, max_length=40)
    owner = forms.CharField(label=_("Owner"), required=False, max_length=150, help_text=_("Empty: you."))
    accept = forms.BooleanField(label=_("Bring it in all the same"), required=False)
    skip = forms.BooleanField(label=_("Leave it out"), required=False)

    def __init__(
        self, row: ImportRow, posted: Mapping[str, Any] | None = None, *, types: Sequence[tuple[str, str]]
    ) -> None:
        told = json.loads(row.data) if row.data else {}
        initial = {name: told.get(name) or "" for name in _PROPOSED}
        super().__init__(posted, prefix=str(row.position), initial={**initial, "file": row.name})
        self.title_of_name = told.get("title_of_name") or ""
        offers = told.get("offers", [*_PROPOSED, "skip", *(["use_name"] if self.title_of_name else [])])
        for name in set(self.fields) - {*offers, "file"}:
            del self.fields[name]
        if "use_name" in self.fields:
            self.fields["use_name"].help_text = self.title_of_name
        if "type" in self.fields:
            cast(forms.ChoiceField, self.fields["type"]).choices = types
            self.fields["owner"].widget.attrs["list"] = "people"

    def clean_file(self) -> str:
        """Refuse corrections to a line of an older plan: it stands elsewhere now."""
        name: str = self.cleaned_data["file"]
        if name != self.initial["file"]:
            raise forms.ValidationError(_("The plan was made anew since you opened it. Look at it again."))
        return name

    def clean_number(self) -> str:
        """Refuse a number that can be none; an empty one asks for a new one, one that was found stands."""
        number: str = self.cleaned_data["number"].strip()
        try:
            check_number(number if number and "number" in self.changed_data else "0")
        except RuleBroken as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return number

    def said(self) -> dict[str, str]:
        """Return what was changed, as a mapping says it."""
        changed = {name: self.cleaned_data[name] for name in self.changed_data}
        if changed.pop("use_name", False):
            changed["title"] = self.title_of_name
        return {name: "yes" if value is True else str(value).strip() for name, value in changed.items()}
