"""What the adoption of a batch asks for."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.signatures.forms import SigningForm


class AdoptForm(SigningForm):
    """A signature, and whether readers are asked from the first day."""

    with_duties = forms.BooleanField(
        label=_("Ask readers to acknowledge these documents now"),
        required=False,
        help_text=_("Left out, nobody gets a duty on the first day; the next revision asks as usual."),
    )


class ChoiceForm(forms.Form):
    """Which documents of a batch are adopted."""

    chosen = forms.TypedMultipleChoiceField(coerce=int, error_messages={"required": _("Tick at least one document.")})

    def __init__(self, *args: Any, keys: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.TypedMultipleChoiceField, self.fields["chosen"]).choices = [(key, str(key)) for key in keys]


class FoundForm(forms.Form):
    """Number and title of an imported document, to be corrected before it is adopted."""

    number = forms.CharField(label=_("Number"), max_length=60)
    title = forms.CharField(label=_("Title"), max_length=300)
