"""Document types and approval profiles."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.models import ApprovalProfile, DocumentType
from documents.services.types import Step
from documents.states import ApprovalMode
from qms.filing.numbers import LabelScheme
from qms.organization.states import ROLE_WORDS, Role

SCHEME_WORDS = {
    LabelScheme.INTEGERS: gettext_lazy("1, 2, 3"),
    LabelScheme.LETTERS: gettext_lazy("A, B, C"),
    LabelScheme.MAJOR_MINOR: gettext_lazy("1.0, 1.1, 2.0"),
}
MODE_WORDS = {
    ApprovalMode.ALL: gettext_lazy("Everybody who is chosen"),
    ApprovalMode.N_OF: gettext_lazy("As many as needed, of those chosen"),
    ApprovalMode.ORDERED: gettext_lazy("Step after step, in order"),
}
APPROVING = (Role.PROCESS_OWNER, Role.APPROVER, Role.QUALITY_MANAGER, Role.TOP_MANAGEMENT)
MOST_STEPS = 3


class TypeForm(forms.ModelForm[DocumentType]):
    """A document type."""

    label_scheme = forms.ChoiceField(
        label=gettext_lazy("Revision labels"), choices=[(each.value, words) for each, words in SCHEME_WORDS.items()]
    )

    class Meta:
        model = DocumentType
        fields = (
            "code",
            "name",
            "number_pattern",
            "label_scheme",
            "profile",
            "review_months",
            "grace_days",
            "joiner_days",
            "retraining_months",
            "credit_approvers",
            "is_active",
        )
        help_texts = {
            "number_pattern": gettext_lazy(
                "{n:04} is the count; {site}, {type} and {process} may stand in it as well."
            ),
            "retraining_months": gettext_lazy("Leave empty when one acknowledgement lasts until the next revision."),
        }

    def values(self) -> dict[str, Any]:
        """Return what was typed, for the service."""
        return dict(self.cleaned_data)


class ProfileForm(forms.ModelForm[ApprovalProfile]):
    """An approval profile, with the steps of an approval in order."""

    mode = forms.ChoiceField(
        label=gettext_lazy("Who approves"), choices=[(each.value, words) for each, words in MODE_WORDS.items()]
    )

    class Meta:
        model = ApprovalProfile
        fields = ("name", "mode", "needed", "reviewers_needed", "review_minor", "periodic_review_approvers")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = list(self.instance.steps.order_by("position")) if self.instance.pk else []
        roles = [("", gettext_lazy("any role")), *((role.value, ROLE_WORDS[role]) for role in APPROVING)]
        for number in range(1, MOST_STEPS + 1):
            step = given[number - 1] if len(given) >= number else None
            self.fields[f"step_{number}"] = forms.CharField(
                label=_("Step %(n)d") % {"n": number},
                required=False,
                max_length=120,
                initial=step.name if step else "",
                help_text=_("Only for an approval in order.") if number == 1 else "",
            )
            self.fields[f"role_{number}"] = forms.ChoiceField(
                label=_("Role of who approves in step %(n)d") % {"n": number},
                required=False,
                choices=roles,
                initial=step.role if step else "",
            )

    def values(self) -> dict[str, Any]:
        """Return what was typed, for the service."""
        kept = {name: value for name, value in self.cleaned_data.items() if name in self.Meta.fields}
        return {**kept, "steps": self._steps()}

    def _steps(self) -> list[Step]:
        typed = [
            (self.cleaned_data[f"step_{number}"].strip(), self.cleaned_data[f"role_{number}"])
            for number in range(1, MOST_STEPS + 1)
        ]
        return [Step(name, Role(role) if role else None) for name, role in typed if name]
