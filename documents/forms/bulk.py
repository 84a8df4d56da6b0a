"""What a change of many documents asks for."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.forms.writing import DayInput
from documents.queries import choosable
from qms.core.days import DayField
from qms.organization.models import User


class BulkForm(forms.Form):
    """Why; the forms below add what."""

    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 2}))

    def values(self) -> dict[str, Any]:
        """Return the changes, and why."""
        return dict(self.cleaned_data)


class BulkOwnerForm(BulkForm):
    """A new owner."""

    owner = forms.ModelChoiceField(label=_("New owner"), queryset=User.objects.none())
    field_order = ("owner", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[User]", self.fields["owner"]).queryset = choosable.owners()


class BulkReviewForm(BulkForm):
    """A new review date."""

    next_review_on = DayField(label=_("New review date"), widget=DayInput())
    field_order = ("next_review_on", "reason")


BULK_FORMS: dict[str, type[BulkForm]] = {"owner": BulkOwnerForm, "review": BulkReviewForm}
