"""What the adoption of a batch asks for."""

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
