"""What an import in the browser asks for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.importing import read_mapping
from qms.core.errors import RuleBroken


class ImportForm(forms.Form):
    """A zip of a folder, and a mapping when the files do not say enough."""

    file = forms.FileField(
        label=_("Folder as a zip"), help_text=_("Every file is read; nothing comes in before you have seen the plan.")
    )
    mapping = forms.CharField(
        label=_("Mapping (YAML)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Defaults, rules by pattern, single files: number, title, type, revision, owner, process, site."),
    )

    def clean_mapping(self) -> str:
        """Refuse a mapping that is none, in words."""
        text: str = self.cleaned_data["mapping"]
        try:
            read_mapping(text)
        except RuleBroken as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return text
