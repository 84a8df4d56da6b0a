"""Document types and approval profiles."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.models import fields_for_model, model_to_dict
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


TYPE_FIELDS = (
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
PROFILE_FIELDS = ("name", "mode", "needed", "reviewers_needed", "review_minor", "periodic_review_approvers")


class TypeForm(forms.Form):
    """A document type: the fields of its table, in words."""

    def __init__(self, *args: Any, kept: DocumentType | None = None, **kwargs: Any) -> None:
        initial = model_to_dict(kept, TYPE_FIELDS) if kept else {}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.fields.update(fields_for_model(DocumentType, TYPE_FIELDS))
        self.fields["label_scheme"] = _choice(_("Revision labels"), SCHEME_WORDS)
        self.fields["number_pattern"].help_text = _(
            "{n:04} is the count; {site}, {type} and {process} may stand in it as well."
        )
        self.fields["retraining_months"].help_text = _(
            "Leave empty when one acknowledgement lasts until the next revision."
        )

    def values(self) -> dict[str, Any]:
        """Return what was typed, for the service."""
        return dict(self.cleaned_data)


class ProfileForm(forms.Form):
    """An approval profile, with the steps of an approval in order."""

    def __init__(self, *args: Any, kept: ApprovalProfile | None = None, **kwargs: Any) -> None:
        given = list(kept.steps.order_by("position")) if kept else []
        initial = model_to_dict(kept, PROFILE_FIELDS) if kept else {}
        for number, step in enumerate(given, 1):
            initial |= {f"step_{number}": step.name, f"role_{number}": step.role}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.fields.update(fields_for_model(ApprovalProfile, PROFILE_FIELDS))
        self.fields["mode"] = _choice(_("Who approves"), MODE_WORDS)
        roles: dict[str, Any] = {"": _("any role")}
        roles |= {role.value: ROLE_WORDS[role] for role in APPROVING}
        for number in range(1, MOST_STEPS + 1):
            label = _("Step %(n)d") % {"n": number}
            self.fields[f"step_{number}"] = forms.CharField(label=label, required=False, max_length=120)
            label = _("Role of who approves in step %(n)d") % {"n": number}
            self.fields[f"role_{number}"] = _choice(label, roles, required=False)
        self.fields["step_1"].help_text = _("Only for an approval in order.")

    def values(self) -> dict[str, Any]:
        """Return what was typed, for the service."""
        return {**{name: self.cleaned_data[name] for name in PROFILE_FIELDS}, "steps": self._steps()}

    def _steps(self) -> list[Step]:
        typed = [
            (self.cleaned_data[f"step_{number}"].strip(), self.cleaned_data[f"role_{number}"])
            for number in range(1, MOST_STEPS + 1)
        ]
        return [Step(name, Role(role) if role else None) for name, role in typed if name]


def _choice(label: str, words: Mapping[Any, Any], *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=required, choices=[(str(key), word) for key, word in words.items()])
