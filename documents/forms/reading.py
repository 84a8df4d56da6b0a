"""What readers write."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.signatures.forms import SigningForm


class ObjectionForm(forms.Form):
    """What is not understood, or cannot be done."""

    text = forms.CharField(
        label=_("What do you not understand, or what can you not do?"), widget=forms.Textarea(attrs={"rows": 4})
    )


class ExcuseForm(SigningForm):
    """Why somebody need not acknowledge; what is signed holds the reason, so the hash is made when it is sent."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self) -> dict[str, Any]:
        """Take the hash of what was just written; the reason is part of it."""
        cleaned = super().clean() or {}
        cleaned["content_hash"] = self.made_hash
        return cleaned

    def __init__(self, *args: Any, content_hash: str, **kwargs: Any) -> None:
        self.made_hash = content_hash
        super().__init__(*args, content_hash=content_hash, **kwargs)
