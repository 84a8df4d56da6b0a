"""The register of actions: what is filtered, in which order, and how old and how late each one is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta
from itertools import islice

from django.db.models import Count, F, Q, QuerySet
from django.utils.http import urlencode

from qms.actions.models import Action, ExtensionAnswer
from qms.actions.queries.standing import MODEL, visible_to
from qms.actions.states import IN_HAND, Answer, State
from qms.core.keyset import by_key
from qms.organization.models import User
from qms.organization.queries import organization_day, today
from qms.search.queries import matching_keys

ORDERS: dict[str, tuple[str, ...]] = {
    "due": ("due_on", "pk"),
    "-due": ("-due_on", "-pk"),
    "number": ("number", "pk"),
    "-number": ("-number", "-pk"),
    "title": ("title", "pk"),
    "-title": ("-title", "-pk"),
    "age": ("-given_at", "-pk"),
    "-age": ("given_at", "pk"),
}
WEEK, MONTH = timedelta(days=7), timedelta(days=30)
AGREED = Count("extensions__answer", filter=Q(extensions__answer__outcome=Answer.AGREED), distinct=True)
TOGETHER = 500  # rows of an export whose extensions are counted in one question


@dataclass(frozen=True)
class RegisterFilter:
    """What the address of the register says; without a state it shows what is in hand: to do, or to be verified.

    `origin` is a record ("documents.document/17") or a model ("documents.document").
    """

    q: str = ""
    state: str = ""
    due: str = ""
    owner: str = ""
    process: str = ""
    site: str = ""
    origin: str = ""
    sort: str = "due"

    def address(self, **changes: str) -> str:
        """Return the query string of this filter with some fields changed; what is not filtered is left out."""
        plain = RegisterFilter()
        values = {each.name: getattr(self, each.name) for each in fields(self)} | changes
        return f"?{urlencode({name: value for name, value in values.items() if value != getattr(plain, name)})}"


@dataclass(frozen=True)
class RegisterRow:
    """An action with the number of times its day was moved, how many days it has been open, and how many late."""

    action: Action
    extended: int
    age: int
    late: int

    @property
    def is_late(self) -> bool:
        """Return whether it is still to be done and past its day."""
        return self.late > 0


@dataclass(frozen=True)
class Ageing:
    """How many of some actions are to do, due within a week, past their day, past it by a month, and to be verified."""

    open: int
    soon: int
    late: int
    long_late: int
    done: int


def registered(person: User, wanted: RegisterFilter) -> QuerySet[Action]:
    """Return the filtered actions that a person sees, each `with_people`."""
    found = visible_to(person).filter(_state(wanted.state) & _due(wanted.due) & _places(wanted))
    found = found.filter(_owner(person, wanted.owner) & _origin(wanted.origin))
    if wanted.q:
        found = found.filter(pk__in=matching_keys(MODEL, wanted.q))
    return with_people(found)


def order_of(wanted: RegisterFilter) -> tuple[str, ...]:
    """Return the order that a filter asks for; by due day where it asks for none that is known."""
    return ORDERS.get(wanted.sort, ORDERS["due"])


def with_people(actions: QuerySet[Action]) -> QuerySet[Action]:
    """Join to each action the people and places that its row names."""
    return actions.select_related("owner", "verifier", "process", "site")


def with_counts(actions: QuerySet[Action]) -> QuerySet[Action]:
    """Join to each of some actions, as those of one record, what a row names, and as `extended` how often its day was
    moved.
    """
    return with_people(actions).annotate(extended=AGREED)


def rows_of(actions: Iterable[Action]) -> list[RegisterRow]:
    """Return the rows of actions; how often the day of each was moved is one query for all of them.

    It is no part of the query of the actions: grouping all of them to show fifty takes seconds at 30,000.
    """
    found, now = list(actions), today()
    agreed = Q(outcome=Answer.AGREED, extension__action__in=[each.pk for each in found])
    counted = ExtensionAnswer.objects.filter(agreed).values("extension__action").annotate(times=Count("pk"))
    times = dict(counted.values_list("extension__action", "times"))
    return [RegisterRow(each, times.get(each.pk, 0), days_open(each, now), days_late(each, now)) for each in found]


def row_of(action: Action) -> RegisterRow:
    """Return the row of one action as it stands now."""
    return rows_of(with_people(Action.objects.filter(pk=action.pk)))[0]


def each_row(actions: Iterable[Action]) -> Iterator[RegisterRow]:
    """Yield the rows of very many actions, some hundred at a time."""
    waiting = iter(actions)
    while some := list(islice(waiting, TOGETHER)):
        yield from rows_of(some)


def days_open(action: Action, now: date) -> int:
    """Return for how many days an action has been, or was, to be done."""
    ended = action.done_at or action.cancelled_at
    return ((organization_day(ended) if ended else now) - organization_day(action.given_at)).days


def days_late(action: Action, now: date) -> int:
    """Return by how many days an action is, or was done, past its due day; 0 where it is not late, or was given up."""
    if action.state == State.CANCELLED:
        return 0
    return max(0, ((organization_day(action.done_at) if action.done_at else now) - action.due_on).days)


def ageing(person: User, wanted: RegisterFilter) -> Ageing:
    """Return how the actions in hand stand that a person sees at these owners, places and origins, in one query."""
    now, todo = today(), Q(state=State.OPEN)
    found = visible_to(person).filter(Q(state__in=IN_HAND) & _places(wanted))
    found = found.filter(_owner(person, wanted.owner) & _origin(wanted.origin))
    counts = {
        "open": todo,
        "soon": todo & Q(due_on__gte=now, due_on__lte=now + WEEK),
        "late": todo & Q(due_on__lt=now),
        "long_late": todo & Q(due_on__lt=now - MONTH),
        "done": Q(state=State.DONE),
    }
    return Ageing(**found.aggregate(**{name: Count("pk", filter=which) for name, which in counts.items()}))


def actions_of(model: str, key: object) -> QuerySet[Action]:
    """Return the actions that come from a record, whoever asks, those in hand first, each `with_people`."""
    found = Action.objects.filter(subject_model=model, subject_key=str(key))
    return with_people(found).order_by(F("verified_at").asc(nulls_first=True), "due_on", "pk")


def _state(state: str) -> Q:
    if state == "all":
        return Q()
    return Q(state=state) if state in set(State) else Q(state__in=IN_HAND)


def _due(due: str) -> Q:
    now, todo = today(), Q(state=State.OPEN)
    known = {
        "late": todo & Q(due_on__lt=now),
        "long_late": todo & Q(due_on__lt=now - MONTH),
        "soon": todo & Q(due_on__gte=now, due_on__lte=now + WEEK),
    }
    return known.get(due, Q())


def _places(wanted: RegisterFilter) -> Q:
    found = Q()
    for name in ("process", "site"):
        value = getattr(wanted, name)
        if value:
            found &= by_key(f"{name}_id", value)
    return found


def _owner(person: User, owner: str) -> Q:
    known = {
        "": Q(),
        "me": Q(owner=person),
        "mine": Q(owner=person) | Q(verifier=person) | Q(given_by=person),
        "left": Q(owner__is_active=False),
    }
    return known[owner] if owner in known else by_key("owner_id", owner)


def _origin(origin: str) -> Q:
    model, _slash, key = origin.replace("\x00", "").partition("/")
    if not model:
        return Q()
    return Q(subject_model=model, subject_key=key) if key else Q(subject_model=model)
