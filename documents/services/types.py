"""Document types and approval profiles: how documents of a kind are numbered, labelled, approved, reviewed and read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from documents.models import ApprovalProfile, DocumentType, ProfileStep
from documents.rights import Can
from documents.states import ApprovalMode
from qms.core.errors import NotPermitted, RuleBroken
from qms.filing.numbers import LabelScheme, check_pattern
from qms.organization.models import User
from qms.organization.queries import may
from qms.organization.states import Role
from qms.trail.services import record

M = TypeVar("M", ApprovalProfile, DocumentType)


@dataclass(frozen=True)
class Step:
    """One step of an ordered approval: its name, and the role that its approvers hold (any when empty)."""

    name: str
    role: Role | None = None


@transaction.atomic
def create_profile(*, by: User, steps: Sequence[Step] = (), **fields: Any) -> ApprovalProfile:
    """Make an approval profile and return it; `fields` are the model's, `steps` those of an ordered approval.

    Raises NotPermitted without the right, RuleBroken for a name that is missing or taken, steps where none belong, or
    an ordered approval without steps.
    """
    return _keep_profile(ApprovalProfile(**fields), steps, by, "documents.profile_created")


@transaction.atomic
def change_profile(*, profile_id: int, by: User, steps: Sequence[Step] = (), **fields: Any) -> ApprovalProfile:
    """Change an approval profile. Rounds that are open keep what they began with. Raises as `create_profile`."""
    profile = ApprovalProfile.objects.select_for_update(of=("self",)).get(pk=profile_id)
    for name, value in fields.items():
        setattr(profile, name, value)
    return _keep_profile(profile, steps, by, "documents.profile_changed")


@transaction.atomic
def create_type(*, by: User, **fields: Any) -> DocumentType:
    """Make a document type and return it; `fields` are the model's.

    Raises NotPermitted without the right, RuleBroken for a code that is missing or taken and for a pattern that makes
    no numbers.
    """
    return _keep_type(DocumentType(**fields), by, "documents.type_created")


@transaction.atomic
def change_type(*, type_id: int, by: User, **fields: Any) -> DocumentType:
    """Change a document type; numbers and labels that are given stay as they are. Raises as `create_type`."""
    kept = DocumentType.objects.select_for_update(of=("self",)).get(pk=type_id)
    for name, value in fields.items():
        setattr(kept, name, value)
    return _keep_type(kept, by, "documents.type_changed")


@transaction.atomic
def create_usual_types(*, by: User) -> int:
    """Make two approval profiles and the types that most organizations begin with; return how many types.

    Raises NotPermitted without the right and RuleBroken when there are types already.
    """
    if DocumentType.objects.exists():
        raise RuleBroken(_("There are document types already."), code="types_there")
    one = _usual_profile(_("One approver"), ApprovalMode.N_OF, [], by)
    steps = [Step(_("Process"), Role.PROCESS_OWNER), Step(_("Quality"), Role.QUALITY_MANAGER)]
    two = _usual_profile(_("Process owner, then quality manager"), ApprovalMode.ORDERED, steps, by)
    usual = (
        ("POL", _("Policy"), "POL-{n:02}", two, 12),
        ("SOP", _("Procedure"), "SOP-{n:04}", two, 24),
        ("WI", _("Work instruction"), "WI-{n:04}", one, 36),
        ("FRM", _("Form"), "FRM-{n:03}", one, 36),
    )
    for code, name, pattern, profile, months in usual:
        create_type(
            code=code,
            name=name,
            number_pattern=pattern,
            label_scheme=LabelScheme.INTEGERS,
            profile=profile,
            review_months=months,
            by=by,
        )
    return len(usual)


def _usual_profile(name: str, mode: ApprovalMode, steps: Sequence[Step], by: User) -> ApprovalProfile:
    found = ApprovalProfile.objects.filter(name=name).first()
    return found or create_profile(name=name, mode=mode, steps=steps, by=by)


def _keep_profile(profile: ApprovalProfile, steps: Sequence[Step], by: User, verb: str) -> ApprovalProfile:
    _refuse(profile, "name", by)
    if bool(steps) != (profile.mode == ApprovalMode.ORDERED):
        raise RuleBroken(_("An approval in order has steps, and no other has."), code="steps")
    profile.save()
    profile.steps.all().delete()
    ProfileStep.objects.bulk_create(
        ProfileStep(profile=profile, position=position, name=step.name, role=step.role or "")
        for position, step in enumerate(steps, 1)
    )
    said = [[step.name, step.role.value if step.role else ""] for step in steps]
    record(verb, profile, by=by, **_described(profile), steps=said)
    return profile


def _keep_type(kept: DocumentType, by: User, verb: str) -> DocumentType:
    _refuse(kept, "code", by)
    check_pattern(kept.number_pattern)
    kept.save()
    record(verb, kept, by=by, **_described(kept))
    return kept


def _refuse(row: M, unique: str, by: User) -> None:
    if not may(by, Can.CHANGE_TYPES):
        raise NotPermitted(_("You may not change document types."))
    value = getattr(row, unique).strip()
    setattr(row, unique, value)
    if not value or not row.name.strip():
        raise RuleBroken(_("A name is missing."), code="name_missing")
    if type(row)._default_manager.filter(**{unique: value}).exclude(pk=row.pk).exists():
        raise RuleBroken(_("“%(value)s” is taken.") % {"value": value}, code="taken")


def _described(row: Model) -> dict[str, Any]:
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    return {field.name: _plain(field.value_from_object(row)) for field in fields}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int) else str(value)
