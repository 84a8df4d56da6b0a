"""Links to choose a password for everybody who has none: after an import, all at once."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken
from qms.jobs.services import later
from qms.organization.models import User
from qms.organization.queries import without_password
from qms.organization.rights import Can
from qms.organization.services.checks import require
from qms.organization.services.passwords import send_sign_in_link

LINKS = "organization.send_sign_in_links"


@transaction.atomic
def ask_for_sign_in_links(*, by: User) -> int:
    """Put down a job that sends links to those without a password, and return how many those are now. IT only.

    Raises RuleBroken when nobody needs one.
    """
    require(by, Can.ACCOUNTS)
    number = len(without_password().to_send)
    if not number:
        raise RuleBroken(_("Nobody waits for a link: everybody has a password, a link that holds, or no address."))
    later(LINKS, by=by.pk, person=by.pk)
    return number


def send_sign_in_links(*, by: User, step: Callable[[int, int], None]) -> dict[str, Any]:
    """Send each person without a password a link, each in a transaction with the record of a single one.

    Safe to run again: whose link still holds gets no other. Raises NotPermitted without the right.
    """
    require(by, Can.ACCOUNTS)
    people, failed = without_password().to_send, []
    for done, person in enumerate(people, 1):
        try:
            send_sign_in_link(person_id=person.pk, by=by)
        except RuleBroken as refusal:
            failed.append([person.pk, str(refusal)])
        step(done, len(people))
    return {"sent": len(people) - len(failed), "failed": failed}
