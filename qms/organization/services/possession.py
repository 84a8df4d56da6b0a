"""Who signs in as whom: an administrator can never sign for another (21 CFR 11.100(b), 11.300).

What somebody else does to a person's password, factors, address or single sign-on is kept, and quality managers hear
of it at once. Until one of them, who did not do it, has confirmed that the person alone has their sign-in, it signs
nothing.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.actors import SYSTEM, Actor
from qms.core.errors import NotPermitted, RuleBroken
from qms.organization.models import CredentialTouch, User
from qms.organization.queries import (
    awaits_confirmation,
    confirmers_of,
    counts_as_first,
    holders_of,
    in_first_set_up,
    is_alone,
    let_in_again,
    may_confirm,
    open_touches,
    other_quality_managers,
)
from qms.organization.services.checks import locked, named, one_at_a_time, written
from qms.organization.services.mails import tell
from qms.organization.services.sessions import end_sessions
from qms.organization.states import TOUCH_WORDS, Confirmed, Role, Touch

# What a first set-up is made of; anything else takes sessions and tokens away when it is confirmed.
_SET_UP = frozenset({Touch.CREATED, Touch.LINK})


def touch(person: User, what: Touch, *, by: Actor, old_address: str = "") -> None:
    """Keep that somebody else touched a person's sign-in, and tell the quality managers; inside the verb's transaction.

    What people do for themselves is no touch. Who is let in for the first time is told of when they have signed in
    (`tell_of_arrival`): before that there is nothing to confirm.
    """
    if by.person_id == person.pk:
        return
    CredentialTouch.objects.create(
        person=person, what=what, touched_at=timezone.now(), touched_by_id=by.person_id, old_address=old_address
    )
    if counts_as_first(person):
        confirm_by_naming(person)
    elif not (in_first_set_up(person) or let_in_again(person)):
        _tell_of_touch(person, what, by)


@transaction.atomic
def tell_of_arrival(*, person: User) -> None:
    """Tell the quality managers that somebody has signed in who waits for their confirmation: one mail a day for each.

    What was changed about a sign-in that was in use has been told of at once as well.
    """
    if awaits_confirmation(person):
        for manager in _hearers(person):
            tell(manager, _people_wait, slot=f"people_wait:{timezone.now():%Y-%m-%d}")


def confirm_by_naming(person: User) -> None:
    """Let the logged act that named the first quality manager stand for the set-up of their account."""
    _close(person, Confirmed.FIRST)


def confirm_alone(*, person: User, how: str) -> None:
    """Confirm on the server the sign-in of who is alone here; inside the verb's transaction.

    Raises RuleBroken where somebody else could, where a person touched it, and when nothing says how it was checked.
    """
    checked = _checked(how)
    if not is_alone(person) or open_touches(person).filter(touched_by__isnull=False).exists():
        raise RuleBroken(
            _(
                "%(name)s is not alone here: somebody else confirms the sign-in in the pages. Nothing was changed; run "
                "this without --confirm."
            )
            % {"name": person.name},
            code="not_alone",
        )
    kinds = sorted({each.what for each in open_touches(person)})
    _close(person, Confirmed.FIRST, how=checked)
    written("sign_in_confirmed", person, by=SYSTEM, how=checked, touched=kinds)


@transaction.atomic
def confirm_possession(*, person_ids: Iterable[int], how: str, by: User) -> int:
    """Confirm that people alone have their sign-in, and how that was checked; return for how many it was open.

    Their passwords and passkeys sign from now on. After more than a first set-up their sessions end, so that nobody
    stays signed in as them. Raises NotPermitted for whoever touched it themselves, whose own sign-in waits, or who
    may not confirm it; RuleBroken when nothing says how it was checked.
    """
    checked = _checked(how)
    one_at_a_time()
    waiting = [each for each in map(locked, sorted(set(person_ids))) if open_touches(each).exists()]
    second = [each for each in waiting if may_confirm(by, each) == Confirmed.SECOND]
    _refuse_several(second)
    for person in sorted(waiting, key=lambda each: each not in second):
        _confirm(person, checked, by)
    return len(waiting)


def _checked(how: str) -> str:
    checked = " ".join(how.split())
    if not checked or len(checked) > 200:
        raise RuleBroken(_("Say in at most 200 signs how you checked it."), code="how_missing")
    return checked


def _confirm(person: User, how: str, by: User) -> None:
    as_what = may_confirm(by, person)
    if as_what is None:
        raise NotPermitted(_somebody_else(person), code="not_the_confirmer")
    kinds = {Touch(each.what) for each in open_touches(person)}
    _close(person, as_what, how=how, by=by if as_what == Confirmed.BY_PERSON else None)
    if not kinds <= _SET_UP:
        end_sessions(person)
    verb = "sign_in_confirmed" if as_what == Confirmed.BY_PERSON else "second_person_named"
    told_as = "" if kinds <= _SET_UP else "sign_in_renewed"
    written(verb, person, by=by, told_as=told_as, how=how, touched=sorted(kinds))
    tell(person, lambda: _was_confirmed(by))


def _refuse_several(second: list[User]) -> None:
    """Raise RuleBroken for more than one second person: whom one confirms, that one confirms the others."""
    if len(second) > 1:
        raise RuleBroken(
            _(
                "Confirm one of them, who then confirms the others: %(names)s. You made these accounts yourself, and "
                "nobody else can confirm anybody yet. Nothing was saved."
            )
            % {"names": ", ".join(each.name for each in second)},
            code="one_second_person",
        )


def _somebody_else(person: User) -> str:
    words = {"name": person.name, "who": ", ".join(each.name for each in confirmers_of(person))}
    if words["who"]:
        return (
            _(
                "Somebody else confirms the sign-in of %(name)s, one of these: %(who)s. Nothing was saved; take that "
                "mark away to confirm the others."
            )
            % words
        )
    return (
        _(
            "Somebody else confirms the sign-in of %(name)s: a quality manager or, where none can, top management, "
            "who did not change it and whose own sign-in is confirmed. Nothing was saved."
        )
        % words
    )


def _close(person: User, as_what: Confirmed, *, how: str = "", by: User | None = None) -> None:
    open_touches(person).select_related(None).update(
        confirmed_as=as_what, confirmed_at=timezone.now(), confirmed_by=by, how=how
    )


def _hearers(person: User) -> Iterable[User]:
    """Return who hears of it: the quality managers, or top management where the person is the only one."""
    return other_quality_managers([person.pk]) or holders_of(Role.TOP_MANAGEMENT).exclude(pk=person.pk)


def _tell_of_touch(person: User, what: Touch, by: Actor) -> None:
    for manager in _hearers(person):
        tell(manager, lambda: _was_touched(person, what, by))


def _people_wait() -> tuple[str, str]:
    return (
        _("People wait for you to confirm their sign-in"),
        _(
            "They have signed in and cannot sign yet: confirm that each has their own sign-in, many at once if you "
            "like.\n\n%(address)s"
        )
        % {"address": f"{settings.BASE_URL}{reverse('organization:waiting')}"},
    )


def _was_touched(person: User, what: Touch, by: Actor) -> tuple[str, str]:
    words = {
        "person": person.name,
        "what": str(TOUCH_WORDS[what]),
        "by": named(by),
        "address": f"{settings.BASE_URL}{reverse('organization:confirm_sign_in', args=[person.pk])}",
    }
    return (
        _("The sign-in of %(person)s was changed") % words,
        _(
            "%(by)s changed how %(person)s signs in: %(what)s. %(person)s signs nothing until a quality manager who "
            "did not change it confirms that they alone have their sign-in. Speak to %(person)s, then confirm it "
            "here:\n\n%(address)s"
        )
        % words,
    )


def _was_confirmed(by: User) -> tuple[str, str]:
    return (
        _("You can sign now"),
        _(
            "%(name)s confirmed that you alone have your sign-in; your password and passkeys sign from now on. If you "
            "have not spoken to each other, tell your quality manager at once."
        )
        % {"name": by.name},
    )
