"""Comments on a revision."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CommentForm(forms.Form):
    """A comment, where it belongs, and whether it holds the revision back."""

    text = forms.CharField(label=_("Comment"), widget=forms.Textarea(attrs={"rows": 3}))
    passage = forms.CharField(label=_("About which passage"), required=False, max_length=200)
    blocking = forms.BooleanField(label=_("Must be resolved before approval"), required=False)
