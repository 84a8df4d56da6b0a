"""Document types and approval profiles: how documents of a kind are numbered, labelled, approved, reviewed and read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from documents.models import ApprovalProfile, DocumentType, ProfileStep
from documents.rights import Can
from documents.states import ApprovalMode
from qms.core.errors import NotPermitted, RuleBroken
from qms.filing.numbers import check_pattern
from qms.organization.models import User
from qms.organization.queries import may
from qms.organization.states import Role
from qms.trail.services import record


@dataclass(frozen=True)
class Step:
    """One step of an ordered approval: its name, and the role that its approvers hold (any when None)."""

    name: str
    role: Role | None = None


@transaction.atomic
def create_profile(
    *, name: str, mode: ApprovalMode, by: User, steps: Sequence[Step] = (), **numbers: int | bool
) -> ApprovalProfile:
    """Make an approval profile and return it.

    `numbers`: needed, reviewers_needed, review_minor, periodic_review_approvers. Raises NotPermitted without the
    right, RuleBroken for a name that is taken, steps where none belong, or an ordered approval without steps.
    """
    _refuse(by, ApprovalProfile, "name", name)
    if bool(steps) != (mode == ApprovalMode.ORDERED):
        raise RuleBroken(_("An approval in order has steps, and no other has."), code="steps")
    profile = ApprovalProfile(name=name.strip(), mode=mode, **numbers)
    profile.save()
    ProfileStep.objects.bulk_create(
        ProfileStep(profile=profile, position=position, name=step.name, role=step.role or "")
        for position, step in enumerate(steps, 1)
    )
    said = [[step.name, step.role.value if step.role else ""] for step in steps]
    record("documents.profile_created", profile, by=by, **_described(profile), steps=said)
    return profile


@transaction.atomic
def create_type(*, code: str, name: str, number_pattern: str, by: User, **more: Any) -> DocumentType:
    """Make a document type and return it; `more` are its other fields.

    Raises NotPermitted without the right, RuleBroken for a code that is taken or a pattern that makes no numbers.
    """
    _refuse(by, DocumentType, "code", code)
    check_pattern(number_pattern)
    made = DocumentType(code=code.strip(), name=name.strip(), number_pattern=number_pattern, **more)
    made.save()
    record("documents.type_created", made, by=by, **_described(made))
    return made


def _refuse(by: User, model: type[Model], unique: str, value: str) -> None:
    if not may(by, Can.CHANGE_TYPES):
        raise NotPermitted(_("You may not change document types."))
    if not value.strip():
        raise RuleBroken(_("A name is missing."), code="name_missing")
    if model._default_manager.filter(**{unique: value.strip()}).exists():
        raise RuleBroken(_("“%(value)s” is taken.") % {"value": value.strip()}, code="taken")


def _described(row: Model) -> dict[str, Any]:
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    return {field.name: _plain(field.value_from_object(row)) for field in fields}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int) else str(value)
