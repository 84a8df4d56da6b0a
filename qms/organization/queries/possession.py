"""Questions about who signs in as whom: what somebody else has touched, and who may confirm that it is in order."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from django.db.models import QuerySet
from django.utils import timezone

from qms.organization.models import CredentialTouch, RoleAssignment, User
from qms.organization.queries.standing import assignments, may, people_in_role, people_with
from qms.organization.rights import Can
from qms.organization.states import Confirmed, Role, Scope, Touch

OLD_ADDRESS_KEPT = timedelta(days=14)
# As many go through at once while somebody waits for the page.
MOST_AT_ONCE = 100
# What lets a person in: made, opened again, and what they come in by for the first time.
LETS_IN = frozenset({Touch.CREATED, Touch.LINK, Touch.PASSWORD, Touch.RETURNED})


def open_touches(person: User) -> QuerySet[CredentialTouch]:
    """Return what others have done to a person's sign-in and nobody has confirmed yet, oldest first."""
    return person.credential_touches.filter(confirmed_at__isnull=True).select_related("touched_by").order_by("pk")


def awaits_confirmation(person: User) -> bool:
    """Return whether a person signs nothing because somebody else has touched their sign-in."""
    return person.credential_touches.filter(confirmed_at__isnull=True).exists()


def in_first_set_up(person: User) -> bool:
    """Return whether the account is new: made by somebody else, not confirmed yet, and never signed in to."""
    return person.last_login is None and open_touches(person).filter(what=Touch.CREATED).exists()


def let_in_again(person: User) -> bool:
    """Return whether an account that nobody has ever signed in to, confirmed too early, is only let in once more."""
    made = person.credential_touches.filter(what=Touch.CREATED).exists()
    return person.last_login is None and made and not open_touches(person).exclude(what__in=LETS_IN).exists()


def counts_as_first(person: User) -> bool:
    """Return whether the act that named the first quality manager at set-up still speaks for a person.

    It does until they sign in for the first time, and while nobody else has ever been quality manager.
    """
    if person.last_login is not None or not person.credential_touches.filter(confirmed_as=Confirmed.FIRST).exists():
        return False
    managers = set(RoleAssignment.objects.filter(role=Role.QUALITY_MANAGER).values_list("person_id", flat=True))
    return managers == {person.pk}


def confirmers(person: User, right: Can, touchers: Iterable[int | None]) -> QuerySet[User]:
    """Return who may confirm a person's sign-in by a right: neither they nor who touched it, nor who waits."""
    waiting = CredentialTouch.objects.filter(confirmed_at__isnull=True).values("person_id")
    outside = {person.pk, *(each for each in touchers if each is not None)}
    scope = Scope(site_id=person.site_id)
    return people_with(right, scope).exclude(pk__in=outside).exclude(pk__in=waiting)


def confirmers_of(person: User) -> list[User]:
    """Return who may confirm a person's sign-in now: quality managers, or top management where none of them can."""
    touchers: set[int | None] = set(open_touches(person).values_list("touched_by_id", flat=True))
    able = list(confirmers(person, Can.CONFIRM, touchers))
    return able or list(confirmers(person, Can.CONFIRM_INSTEAD, touchers))


def is_alone(person: User) -> bool:
    """Return whether a person administers accounts and quality, and nobody else could ever confirm or help them.

    Who was made to lead and never confirmed is nobody else yet: their first confirmation waits for this person.
    """
    needed = {Role.IT_ADMIN, Role.QUALITY_MANAGER}
    if not needed <= {each.role for each in assignments(person)}:
        return False
    unconfirmed = CredentialTouch.objects.filter(confirmed_at__isnull=True, what=Touch.CREATED).values("person_id")
    leading = people_in_role(Role.QUALITY_MANAGER, Role.TOP_MANAGEMENT).exclude(pk__in=unconfirmed)
    return not (leading | people_in_role(Role.IT_ADMIN)).exclude(pk=person.pk).exists()


def may_confirm(viewer: User, person: User) -> Confirmed | None:
    """Return as what somebody may confirm a person's sign-in now, or None.

    A quality manager who did not touch it; where none can, top management. Where nobody can and nobody ever has, the
    quality manager who made the accounts names the one second person who confirms the others.
    """
    touchers: set[int | None] = set(open_touches(person).values_list("touched_by_id", flat=True))
    return _Asked(viewer, outside=awaits_confirmation(viewer)).standing(person, touchers)


@dataclass(frozen=True)
class Waiting:
    """Somebody whose sign-in a viewer may confirm, what was touched, and whether they confirm the others from then on.

    `came` is whether they have signed in since it was made or set anew: before that a confirmation comes too early,
    for the next link or temporary password undoes it. `new` is whether the account was only made and set up.
    """

    person: User
    touches: list[CredentialTouch]
    second: bool

    @property
    def new(self) -> bool:
        """Return whether nothing was done but to make the account and let the person in."""
        done = {each.what for each in self.touches}
        return Touch.CREATED in done and done <= LETS_IN

    @property
    def came(self) -> bool:
        """Return whether the person has signed in after somebody let them in."""
        since = max((each.touched_at for each in self.touches if each.what in LETS_IN), default=None)
        return since is None or (self.person.last_login is not None and self.person.last_login > since)


def waiting_for(viewer: User) -> list[Waiting]:
    """Return the first people, by name, whose sign-in somebody may confirm now, each with what was touched."""
    found: dict[int, list[CredentialTouch]] = defaultdict(list)
    rows = CredentialTouch.objects.filter(confirmed_at__isnull=True, person__is_active=True)
    for row in rows.select_related("person", "touched_by").order_by("person__name", "person_id", "pk"):
        found[row.person_id].append(row)
    asked = _Asked(viewer, outside=viewer.pk in found)
    mine = ((rows, asked.standing(rows[0].person, {row.touched_by_id for row in rows})) for rows in found.values())
    able = (Waiting(rows[0].person, rows, as_what == Confirmed.SECOND) for rows, as_what in mine if as_what)
    return list(islice(able, MOST_AT_ONCE))


def came_and_wait_for(viewer: User) -> list[User]:
    """Return who has signed in and waits for a viewer's confirmation; costs nothing for who confirms nobody."""
    if not (may(viewer, Can.CONFIRM) or may(viewer, Can.CONFIRM_INSTEAD)):
        return []
    return [each.person for each in waiting_for(viewer) if each.came]


def wait_for_others(viewer: User) -> int:
    """Return how many people wait whom a viewer made or changed, so that somebody else confirms them."""
    touched = CredentialTouch.objects.filter(confirmed_at__isnull=True, person__is_active=True, touched_by=viewer)
    return touched.exclude(person=viewer).values("person_id").distinct().count()


def old_addresses(person: User) -> list[str]:
    """Return the addresses that others have taken from a person within a fortnight: these still hear of changes."""
    since = timezone.now() - OLD_ADDRESS_KEPT
    rows = person.credential_touches.filter(touched_at__gt=since).exclude(old_address="").order_by("pk")
    return list(dict.fromkeys(rows.exclude(old_address=person.email).values_list("old_address", flat=True)))


class _Asked:
    """Whom one viewer may confirm: what is the same for many people is asked once.

    `outside` is whether the viewer waits for a confirmation themselves: then they confirm nobody.
    """

    def __init__(self, viewer: User, *, outside: bool) -> None:
        self.viewer = viewer
        self.outside = bool(viewer.acting_key) or outside
        self._others: dict[object, bool] = {}

    def standing(self, person: User, touchers: set[int | None]) -> Confirmed | None:
        """Return as what the viewer may confirm a person whose sign-in these have touched, or None."""
        viewer, scope = self.viewer, Scope(site_id=person.site_id)
        if self.outside or not touchers or viewer.pk == person.pk:
            return None
        if viewer.pk in touchers:
            return Confirmed.SECOND if may(viewer, Can.CONFIRM, scope) and self._nobody_yet(person, touchers) else None
        if may(viewer, Can.CONFIRM, scope):
            return Confirmed.BY_PERSON
        instead = may(viewer, Can.CONFIRM_INSTEAD, scope) and not self._other(person, Can.CONFIRM, touchers)
        return Confirmed.BY_PERSON if instead else None

    def _other(self, person: User, right: Can, touchers: set[int | None]) -> bool:
        """Return whether somebody else can; who waits themselves is none of them, so persons of one site are alike."""
        key = (right, person.site_id, frozenset(touchers))
        if key not in self._others:
            self._others[key] = confirmers(person, right, touchers).exists()
        return self._others[key]

    def _nobody_yet(self, person: User, touchers: set[int | None]) -> bool:
        rights = (Can.CONFIRM, Can.CONFIRM_INSTEAD)
        if not any(may(person, right) for right in rights):
            return False
        if any(self._other(person, right, touchers) for right in rights):
            return False
        return not CredentialTouch.objects.filter(confirmed_as__in=[Confirmed.BY_PERSON, Confirmed.SECOND]).exists()
