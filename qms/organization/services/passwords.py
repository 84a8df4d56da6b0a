"""Passwords and second factors: whose they are, when they change, and who is told (21 CFR 11.300)."""

import secrets
from datetime import timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from axes.utils import reset as forget_failures
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.actors import SYSTEM, Actor
from qms.core.errors import NotPermitted, RuleBroken
from qms.jobs.services import later
from qms.organization.models import User
from qms.organization.queries import people_at
from qms.organization.rights import Can
from qms.organization.services.checks import locked, require, written
from qms.organization.services.mails import TAKEN_BACK, link_went_elsewhere, tell, tell_of_account
from qms.organization.services.possession import touch
from qms.organization.services.sessions import RENEWED, end_sessions
from qms.organization.states import Touch

RESET = "organization.send_reset_link"
TEMPORARY_LIFE = timedelta(days=7)
# Without letters and digits that are taken for one another when read out.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


@transaction.atomic
def set_password(*, person_id: int, by: Actor) -> str:
    """Give a person a temporary password, made here and shown once; return it.

    Its owner cannot sign with it until they have changed it, and it ends after seven days. Sessions end and a lock
    after wrong passwords is lifted. Raises NotPermitted without the right and for oneself, RuleBroken for somebody
    who has left.
    """
    require(by, Can.ACCOUNTS)
    person = _active(person_id)
    if by.person_id == person.pk:
        raise NotPermitted(_("Change your own password on the page of your account."))
    password = temporary_password()
    person.set_password(password)
    person.password_is_own, person.password_ends_at = False, timezone.now() + TEMPORARY_LIFE
    person.save(update_fields=["password", "password_is_own", "password_ends_at"])
    ended = end_sessions(person)
    forget_failures(username=person.username)
    command = {"command": True} if by is SYSTEM else {}
    written("password_set", person, by=by, told_as=RENEWED, sessions=ended, **command)
    tell(person, _password_was_set)
    touch(person, Touch.PASSWORD, by=by)
    return password


@transaction.atomic
def choose_password(*, person: User, password: str) -> None:
    """Keep the password that a person has chosen for themselves; it is their own from now on.

    All their sessions end but for the one that the caller keeps by refreshing its key.
    """
    person.set_password(password)
    person.password_is_own, person.password_ends_at = True, None
    person.save(update_fields=["password", "password_is_own", "password_ends_at"])
    forget_failures(username=person.username)
    written("password_chosen", person, by=person, told_as=RENEWED)


@transaction.atomic
def send_sign_in_link(*, person_id: int, by: Actor) -> None:
    """Send a person a link under which they choose their own password. IT only.

    Raises RuleBroken for somebody who has left or has no e-mail address.
    """
    require(by, Can.ACCOUNTS)
    person = _active(person_id)
    if not person.email:
        raise RuleBroken(_("%(name)s has no e-mail address: set a temporary password.") % {"name": person.name})
    address = _link(person)
    written("sign_in_link_sent", person, by=by)
    tell(person, lambda: _invitation(person, address), also=link_went_elsewhere)
    touch(person, Touch.LINK, by=by)


def ask_for_reset(*, email: str) -> None:
    """Put down that somebody who says this is their address has forgotten their password.

    The same is done for everybody and for nobody, so that time tells no stranger who is known here (ASVS 6.3.8).
    """
    later(RESET, people=[person.pk for person in people_at(email)])


@transaction.atomic
def send_reset_links(*, people: list[int]) -> None:
    """Send people who are still here the link under which they choose another password."""
    for person in User.objects.filter(pk__in=people, is_active=True).order_by("pk"):
        tell_of_account(person, "password_reset_key", address=_link(person))


@transaction.atomic
def remove_factors(*, person_id: int, by: Actor) -> int:
    """Remove passkeys, authenticator app and recovery codes of a person who has lost them; return how many. IT only.

    Sessions end, the person is told, and nobody does it for themselves this way.
    """
    require(by, Can.ACCOUNTS)
    person = _active(person_id)
    if by.person_id == person.pk:
        raise NotPermitted(_("Change your own sign-in on the page of your account."))
    removed, _each = Authenticator.objects.filter(user=person).delete()
    end_sessions(person)
    written("factors_removed", person, by=by, told_as=RENEWED, number=removed)
    tell(person, _factors_were_removed)
    touch(person, Touch.FACTORS, by=by)
    return int(removed)


@transaction.atomic
def note_factor(*, person: User, change: str) -> None:
    """Write down that a person has added, removed or renewed a factor; `change` is allauth's name for it."""
    told_as = RENEWED if change.endswith(("_removed", "_deactivated")) else ""
    written("factor_changed", person, by=person, told_as=told_as, change=change)


@transaction.atomic
def note_lock(*, username: str, address: str) -> None:
    """Write down that sign-in was locked after wrong passwords, and tell the person (11.300(d)).

    A user name that nobody has is only in the log: there is no record it would concern.
    """
    person = User.objects.filter(username=username).first()
    if person is None:
        return
    written("sign_in_locked", person, by=SYSTEM, address=address)
    tell(person, _was_locked, slot=f"locked:{timezone.now():%Y-%m-%dT%H}")


def temporary_password() -> str:
    """Return a password of four groups of four signs, about 79 bits, that can be read out over a telephone."""
    groups = ("".join(secrets.choice(_SIGNS) for _sign in range(4)) for _group in range(4))
    return "-".join(groups)


def _link(person: User) -> str:
    """Return the address, under the one that is set and never the one asked, where a person chooses their password."""
    given = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    return settings.BASE_URL + reverse("account_reset_password_from_key", kwargs=given)


def _active(person_id: int) -> User:
    person = locked(person_id)
    if not person.is_active:
        raise RuleBroken(_("%(name)s has left: open the account first.") % {"name": person.name})
    return person


def _password_was_set() -> tuple[str, str]:
    return (
        _("You were given a temporary password"),
        _(
            "Your IT has set a temporary password for you. It ends after seven days, and you cannot sign with it: "
            "choose your own first, and a quality manager confirms that you have your sign-in. If you did not ask for "
            "this, tell your quality manager."
        )
        + f" {TAKEN_BACK}",
    )


def _invitation(person: User, address: str) -> tuple[str, str]:
    return (
        _("Your account in the quality management system"),
        _(
            "Good day %(name)s,\n\nyour user name is %(username)s. Choose your password here, within three days:\n\n"
            "%(address)s\n\nThe address works once and is for you alone."
        )
        % {"name": person.name, "username": person.username, "address": address},
    )


def _factors_were_removed() -> tuple[str, str]:
    return (
        _("Your passkeys and codes were removed"),
        _(
            "Your IT has removed your passkeys, authenticator app and recovery codes. If you did not ask for this, "
            "tell your quality manager."
        )
        + f" {TAKEN_BACK}",
    )


def _was_locked() -> tuple[str, str]:
    return (
        _("Your sign-in is locked for fifteen minutes"),
        _(
            "Somebody typed wrong passwords for you several times. You can sign in from elsewhere, unless it came from "
            "many places. Nothing else has happened. If it was not you, tell your IT."
        ),
    )
