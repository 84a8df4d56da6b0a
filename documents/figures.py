"""This room's figures for the front page of Quality."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from documents.queries.register import OVERDUE, how_it_stands
from documents.rights import Can
from documents.states import State
from qms.core.seams.figures import Figure
from qms.organization.models import User
from qms.organization.queries import may


def figures(person: User) -> Iterator[Figure]:
    """Yield how documents stand: reviews overdue, waiting for approval, in force."""
    if not may(person, Can.MANAGE):
        return
    register = reverse("documents:register")
    standing = how_it_stands(person)
    late = standing[OVERDUE]
    yield Figure(late, _("reviews overdue"), f"{register}?review=overdue", "late" if late else "")
    yield Figure(standing[State.IN_APPROVAL], _("waiting for approval"), f"{register}?state=in_approval")
    yield Figure(standing[State.EFFECTIVE], _("documents in force"), f"{register}?state=effective")
