"""Input about duties."""

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.organization.fields import PersonField


class MoveForm(forms.Form):
    """To whom a duty goes, and why."""

    to = PersonField(label=_("To whom"), help_text=_("Type a name or a user name."))
    reason = forms.CharField(
        label=_("Why"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, help_text=_("The trail keeps it.")
    )
