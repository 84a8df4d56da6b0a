"""What a change of many documents asks for."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.forms.audience import RulesForm
from documents.forms.writing import DayInput
from documents.queries import choosable
from qms.core.days import DayField
from qms.organization.models import Process, User


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


class BulkProcessForm(BulkForm):
    """A process."""

    process = forms.ModelChoiceField(label=_("Process"), queryset=Process.objects.none())
    field_order = ("process", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Process]", self.fields["process"]).queryset = choosable.all_processes()


class BulkReadersForm(RulesForm):
    """Who is asked to read them, beside those who are asked already."""

    def clean(self) -> dict[str, Any]:
        """Refuse a change that adds nobody."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if not any(found.values()):
            raise forms.ValidationError(_("Choose who is to read them."))
        return found


BULK_FORMS: dict[str, type[BulkForm | RulesForm]] = {
    "owner": BulkOwnerForm,
    "review": BulkReviewForm,
    "process": BulkProcessForm,
    "readers": BulkReadersForm,
}
