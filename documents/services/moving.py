"""What follows when Quality gives a duty of this room to somebody else, and where rules forbid it."""

from django.utils.translation import gettext as _

from documents.models import Document, Objection, Revision
from documents.queries import open_round, standing_on
from documents.rights import Can
from documents.services.acknowledging import ANSWER_DUTY
from documents.services.release import RELEASE_DUTY, REVIEW_DUTY
from documents.services.rounds import DUTY_OF, give_seat
from documents.states import OWNER, RoundKind
from qms.core.errors import RuleBroken
from qms.organization.models import User


def duty_moved(*, kind: str, key: int, old_id: int, new_id: int) -> None:
    """Let the room follow a duty that goes to somebody else; call it in the transaction that moves the duty.

    A review or an approval takes its seat along, by the rules for choosing who sits there. Raises RuleBroken in words,
    and nothing is moved, where the new person may not do what is owed; it says what to do instead.
    """
    person = User.objects.get(pk=new_id)
    if kind in DUTY_OF.values():
        _move_seat(kind, key, old_id, person)
    elif kind == RELEASE_DUTY:
        _check(Revision.objects.select_related("document").get(pk=key).document, person, Can.RELEASE)
    elif kind == REVIEW_DUTY:
        _check(Document.objects.get(pk=key), person, OWNER, Can.MANAGE)
    elif kind == ANSWER_DUTY:
        objection = Objection.objects.select_related("revision__document").get(pk=key)
        _check(objection.revision.document, person, OWNER, Can.MANAGE)


def _move_seat(kind: str, revision_id: int, old_id: int, person: User) -> None:
    revision = Revision.objects.select_related("document__type__profile", "author").get(pk=revision_id)
    current = open_round(revision)
    if current is None or DUTY_OF[RoundKind(current.kind)] != kind:
        raise RuleBroken(_("This answer is not awaited any more."), code="no_seat")
    current.revision = revision
    give_seat(current, old=old_id, new=person)


def _check(document: Document, person: User, *wanted: str) -> None:
    if standing_on(document, person) & set(wanted):
        return
    words = {"name": person.name}
    if OWNER in wanted:
        raise RuleBroken(
            _("Only the owner of the document or Quality does this. Make %(name)s its owner instead.") % words,
            code="person_unfit",
        )
    raise RuleBroken(_("%(name)s does not hold the right to release here.") % words, code="person_unfit")
