"""What others owe: one's own people, everybody, the past."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import BooleanField, Case, Count, F, Min, Q, QuerySet, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from qms.duties.models import Duty
from qms.duties.queries.listed import Listed, described
from qms.duties.queries.owed import note_count
from qms.duties.rights import Can
from qms.duties.states import Outcome
from qms.organization.models import Site, Team, User
from qms.organization.queries import leads, may, reach, today
from qms.organization.states import EVERYWHERE

DONE_WITHIN = timedelta(days=30)
FULFILLED = (Outcome.DONE, Outcome.CREDITED, Outcome.EXCUSED)
MOST_LATE, MOST_EACH, MOST_OWN = 12, 3, 10


@dataclass(frozen=True)
class Late:
    """Somebody who is late: with how many things, since when, and what has been overdue longest."""

    person: User
    late: int
    since: date
    things: list[Listed]


@dataclass(frozen=True)
class Todays:
    """What the first page of Quality lists: who is late, and the first of what the viewer owes."""

    late: list[Late]
    own: list[Listed]


def own_people(manager: User) -> QuerySet[User]:
    """Return the active people whom somebody leads, with `owing`, `late` and `done` (within 30 days) on each."""
    closed = Q(duties__closed_at__gte=timezone.now() - DONE_WITHIN, duties__outcome__in=FULFILLED)
    still = Q(duties__closed_at__isnull=True, duties__isnull=False)
    led = User.objects.filter(line_manager=manager, is_active=True) if leads(manager) else User.objects.none()
    return led.annotate(
        owing=Count("duties", filter=still),
        late=Count("duties", filter=still & Q(duties__due_on__lt=today())),
        done=Count("duties", filter=closed),
    ).order_by("-late", "name", "pk")


def is_manager(person: User) -> bool:
    """Return whether somebody leads anybody, and may see how they stand."""
    return leads(person) and User.objects.filter(line_manager=person, is_active=True).exists()


def may_see_all(person: User) -> bool:
    """Return whether somebody may see what others owe, anywhere."""
    return may(person, Can.SEE_ALL)


def done_by(person: User) -> QuerySet[Duty]:
    """Return what a person has done, the latest first."""
    return Duty.objects.filter(person=person, closed_at__isnull=False, outcome__in=FULFILLED).order_by(
        "-closed_at", "-pk"
    )


def everyones(viewer: User) -> QuerySet[Duty]:
    """Return every open duty that Quality may see, the longest overdue first; none without the right."""
    return (
        visible(viewer)
        .filter(closed_at__isnull=True)
        .select_related("person")
        .order_by(F("due_on").asc(nulls_last=True), "pk")
    )


def visible(viewer: User) -> QuerySet[Duty]:
    """Return the duties, open and closed, that the rights of a viewer reach: all, or those of people at their sites."""
    return Duty.objects.filter(_people_of(viewer, "person__"))


def overdue_by_person(viewer: User, most: int = 100) -> QuerySet[User]:
    """Return the people who are late, with `late` and `since` (the earliest due day), who has been longest first.

    The open duties are asked alone, by their index; only the first people are read with their names.
    """
    late = Duty.objects.filter(_people_of(viewer, "person__"), closed_at__isnull=True, due_on__lt=today())
    first = late.order_by().values("person").annotate(first=Min("due_on")).order_by("first", "person")[:most]
    people = [row["person"] for row in first]
    return (
        User.objects.filter(pk__in=people, duties__closed_at__isnull=True, duties__due_on__lt=today())
        .annotate(late=Count("duties"), since=Min("duties__due_on"))
        .order_by("since", "-late", "name", "pk")
    )


def todays(viewer: User) -> Todays:
    """Return what a viewer sees first: who is late and with what, and what they owe; one question for a kind."""
    found = _first_of(viewer)
    own = sorted((each for each in found if each.person_id == viewer.pk), key=_rank)
    note_count(viewer, own)
    late = sorted((each for each in found if _is_shown_late(each)), key=_longest_first)
    rows = described([*late, *own])
    things: dict[User, list[Listed]] = {}
    for row in rows[: len(late)]:
        things.setdefault(row.duty.person, []).append(row)
    return Todays([_late(person, shown) for person, shown in things.items()], rows[len(late) :])


def _first_of(viewer: User) -> list[Duty]:
    """Return the first open duties of a viewer and of those who have been late longest, in one question."""
    now = Q(due_on__lt=today())
    open_ones = Duty.objects.filter(closed_at__isnull=True)
    whose = open_ones.filter(now, _people_of(viewer, "person__")).order_by().values("person")
    first = whose.annotate(first=Min("due_on")).order_by("first", "person").values("person")[:MOST_LATE]
    rows = open_ones.filter(Q(person=viewer) | Q(person__in=first)).select_related("person", "asked_by")
    ranked = rows.annotate(
        rank=Window(RowNumber(), partition_by=[F("person")], order_by=[F("due_on").asc(nulls_last=True), "pk"]),
        in_all=Window(Count("pk"), partition_by=[F("person")]),
        late=Window(Count("pk", filter=now), partition_by=[F("person")]),
        since=Window(Min("due_on"), partition_by=[F("person")]),
        shown=Case(When(person__in=first, then=True), default=False, output_field=BooleanField()),
    )
    return list(ranked.filter(rank__lte=MOST_OWN))


def _is_shown_late(duty: Duty) -> bool:
    about = vars(duty)
    return bool(about["shown"] and about["rank"] <= MOST_EACH and duty.due_on and duty.due_on < today())


def _rank(duty: Duty) -> int:
    return int(vars(duty)["rank"])


def _longest_first(duty: Duty) -> tuple[date, int, str, int, int]:
    about = vars(duty)
    return about["since"], -about["late"], duty.person.name, duty.person_id, about["rank"]


def _late(person: User, rows: list[Listed]) -> Late:
    about = vars(rows[0].duty)
    return Late(person, about["late"], about["since"], rows)


def overdue_by_team(viewer: User) -> QuerySet[Team]:
    """Return the teams whose members are late, with `late` and `people`, the most first."""
    now = timezone.now()
    return (
        Team.objects.filter(
            _people_of(viewer, "memberships__person__"),
            Q(memberships__valid_until__isnull=True) | Q(memberships__valid_until__gt=now),
            memberships__valid_from__lte=now,
            memberships__person__duties__closed_at__isnull=True,
            memberships__person__duties__due_on__lt=today(),
        )
        .annotate(
            late=Count("memberships__person__duties", distinct=True),
            people=Count("memberships__person", distinct=True),
        )
        .order_by("-late", "name", "pk")
    )


def names_of_sites() -> dict[int, str]:
    """Return the names of the sites by key."""
    return dict(Site.objects.order_by("name").values_list("pk", "name"))


def name_of_person(key: str) -> str:
    """Return the name of a person; empty for none."""
    return User.objects.filter(pk=int(key)).values_list("name", flat=True).first() or ""


def name_of_team(key: str) -> str:
    """Return the name of a team; empty for none."""
    return Team.objects.filter(pk=int(key)).values_list("name", flat=True).first() or ""


def _people_of(viewer: User, path: str) -> Q:
    places = reach(viewer, Can.SEE_ALL)
    sites = [place.site_id for place in places if place.process_id is None]
    return Q() if EVERYWHERE in places else Q(**{f"{path}site__in": sites})
