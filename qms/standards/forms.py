"""Input: a file with requirements of one's own."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.standards.reading import LARGEST, Head


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
