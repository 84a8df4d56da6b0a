"""This room's figures for the front page of Quality."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from documents.models import Revision
from documents.queries.register import RegisterFilter, overdue_reviews, registered
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
    late = overdue_reviews(registered(person, RegisterFilter()))
    waiting = Revision.objects.filter(state=State.IN_APPROVAL).count()
    in_force = Revision.objects.filter(state=State.EFFECTIVE).count()
    yield Figure(late, _("reviews overdue"), f"{register}?review=overdue", "late" if late else "")
    yield Figure(waiting, _("waiting for approval"), f"{register}?state=in_approval")
    yield Figure(in_force, _("documents in force"), f"{register}?state=effective")
