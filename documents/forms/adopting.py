"""What the adoption of a batch asks for."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.forms.writing import DayInput
from documents.queries import choosable
from qms.core.days import DayField
from qms.organization.models import Process, Site
from qms.signatures.forms import SigningForm


class AdoptForm(SigningForm):
    """A signature, and whether readers are asked from the first day."""

    with_duties = forms.BooleanField(
        label=_("Ask readers to acknowledge these documents now"),
        required=False,
        help_text=_("Left out, nobody gets a duty on the first day; the next revision asks as usual."),
    )


class FoundForm(forms.Form):
    """What was found of an imported document, to be corrected before it is adopted."""

    number = forms.CharField(label=_("Number"), max_length=60)
    title = forms.CharField(label=_("Title"), max_length=300)
    approvers = forms.CharField(
        label=_("Approved in the old system by"),
        required=False,
        max_length=300,
        help_text=_("As the old document or its records say. Leave it empty where nobody knows: that is said then."),
    )
    effective_on = DayField(label=_("In force there since"), required=False, widget=DayInput())
    process = forms.ModelChoiceField(
        label=_("Process"), queryset=Process.objects.none(), required=False, empty_label=_("No single process")
    )
    site = forms.ModelChoiceField(
        label=_("Site"), queryset=Site.objects.none(), required=False, empty_label=_("The whole organization")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Process]", self.fields["process"]).queryset = choosable.all_processes()
        cast("forms.ModelChoiceField[Site]", self.fields["site"]).queryset = choosable.sites()
