"""Lines of management: who may draw one to themselves, and who hears when one changes."""

from django.utils.translation import gettext as _

from qms.core.actors import Actor
from qms.core.errors import NotPermitted
from qms.organization.models import User
from qms.organization.queries import may
from qms.organization.rights import Can
from qms.organization.services.checks import named
from qms.organization.services.mails import tell


def refuse_own_line(by: Actor, manager: User | None) -> None:
    """Raise NotPermitted for IT that names itself line manager: a line manager sees what their people read."""
    if manager is None or by.person_id != manager.pk:
        return
    if not (isinstance(by, User) and may(by, Can.CHANGE_STRUCTURE)):
        raise NotPermitted(_("Nobody in IT names themselves line manager: a quality manager does."), code="own_line")


def tell_of_manager(person: User, old: int | None, *, by: Actor) -> None:
    """Tell the person, the line manager until now and the new one; whoever changed it knows."""
    manager = person.line_manager
    words = {"person": person.name, "manager": manager.name if manager else _("nobody"), "by": named(by)}
    keys = {key for key in (person.pk, old, person.line_manager_id) if key is not None and key != by.person_id}
    for each in User.objects.filter(pk__in=keys, is_active=True).order_by("pk"):
        tell(each, lambda: _manager_changed(words))


def _manager_changed(words: dict[str, str]) -> tuple[str, str]:
    return (
        _("The line manager of %(person)s was changed") % words,
        _(
            "%(by)s changed the line manager of %(person)s: it is %(manager)s now. A line manager sees what their "
            "people are asked to read and do. If this is not right, tell your quality manager."
        )
        % words,
    )
