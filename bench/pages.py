"""Pages and the API, asked for by an ordinary user: a reader at one site."""

import time
from collections.abc import Callable
from multiprocessing import get_context
from typing import Any
from urllib.parse import urlencode

from django.db import connections
from django.utils import timezone

from bench import bare
from bench.figures import Figure, of_page, of_time
from bench.site import Site, cookie_of
from bench.watch import beside, counted, percentile, seconds
from documents.models import ReadingDuty
from documents.queries import visible_to
from documents.states import State
from qms.api.services import LONGEST, make_token
from qms.api.states import TokenScope
from qms.organization.models import User
from qms.organization.states import Role
from qms.wsgi import application

CLIENTS, EACH = 8, 12
TYPED = ("cal", "calibration of", "sop", "SOP-0001", "inspection gauges", "repair spin", "storage of cas", "purchase")
IN_BODIES = (
    "operator stop",
    "micrometre",
    "certificate shift",
    "temperature bench",
    "compare laboratory",
    "reading lot",
)


def reader() -> User:
    """Return an ordinary user: one role, reading at one site, with something to read."""
    owing = ReadingDuty.objects.filter(duty__closed_at__isnull=True).values("person")
    more = User.objects.filter(assignments__role__in=[role.value for role in Role if role is not Role.READER])
    return User.objects.filter(pk__in=owing).exclude(pk__in=more.values("pk")).order_by("-pk")[0]


def measure(rounds: int) -> list[Figure]:
    """Measure the pages."""
    person = reader()
    ours, limit = Site(application, cookie_of(person.pk)), Site(bare.application(), cookie_of(person.pk))
    return [*_lists(ours, limit, rounds), *_records(person, ours, limit, rounds), *_typing(ours), _crowd(ours, limit)]


def measure_api(rounds: int) -> list[Figure]:
    """Measure the API as a token of the same reader."""
    person = reader()
    _token, secret = make_token(name="bench", scope=TokenScope.READ, ends_at=timezone.now() + LONGEST / 2, by=person)
    ours = Site(application, {"HTTP_AUTHORIZATION": f"Bearer {secret}", "HTTP_ACCEPT": "application/json"})
    limit = Site(bare.application(), cookie_of(person.pk))
    return [_page("API list of 50", "/api/v1/documents/", ours, limit, rounds, 3, 0, against="/json/")]


def _page(
    work: str, address: str, ours: Site, limit: Site, rounds: int, most: float, queries: int, against: str = "/list/"
) -> Figure:
    ours.get(address)
    with counted() as asked:
        ours.get(address)
    pair = beside(lambda: ours.get(address), lambda: limit.get(against), rounds)
    return of_page(work, pair, asked.count, most=most, most_queries=queries)


def _lists(ours: Site, limit: Site, rounds: int) -> list[Figure]:
    wanted = {
        "register, 50 rows": "/documents/",
        "register by review date": "/documents/?sort=review",
        "register, effective ones of a type": "/documents/?type=SOP&state=effective",
    }
    found = [_page(work, address, ours, limit, rounds, 2.5, 10) for work, address in wanted.items()]
    return [*found, _page("My work", "/work/", ours, limit, rounds, 3, 10)]


def _records(person: User, ours: Site, limit: Site, rounds: int) -> list[Figure]:
    document = visible_to(person).filter(revisions__state=State.EFFECTIVE, revisions__sequence__gte=3).order_by("pk")[0]
    owed = ReadingDuty.objects.filter(person=person, duty__closed_at__isnull=True).order_by("pk")[0].document_id
    wanted = {
        "record page": f"/documents/{document.pk}/",
        "reader's page with own redline": f"/documents/{owed}/read/",
    }
    return [_page(work, address, ours, limit, rounds, 3, 12) for work, address in wanted.items()]


def _typing(ours: Site) -> list[Figure]:
    """Every few letters ask again, as fingers do."""
    typed = [text[:length] for text in TYPED for length in range(2, len(text) + 1, 2)]
    times = [seconds(ours.get, f"/palette/?{urlencode({'q': text})}") for text in typed * 2]
    bodies = [seconds(ours.get, f"/search/?{urlencode({'q': text})}") for text in IN_BODIES * 5]
    note = f"median {percentile(times, 0.5) * 1000:.0f} ms of {len(times)}"
    second = f"median {percentile(bodies, 0.5) * 1000:.0f} ms of {len(bodies)}"
    return [
        of_time("palette as you type, p95", percentile(times, 0.95), most=0.05, note=note),
        of_time("search in texts, p95", percentile(bodies, 0.95), most=0.05, note=second),
    ]


def _crowd(ours: Site, limit: Site) -> Figure:
    """Eight processes ask for the register at once, then for the bare list."""
    ours_rate, limit_rate = _rate(lambda: ours.get("/documents/")), _rate(lambda: limit.get("/list/"))
    share = ours_rate / limit_rate
    return Figure(
        "8 clients on the register", "≥ 0.4 × bare throughput", ours_rate, "/s", limit_rate, share, holds=share >= 0.4
    )


def _rate(ask: Callable[[], Any]) -> float:
    connections.close_all()
    context = get_context("fork")
    begin = context.Barrier(CLIENTS + 1)
    children = [context.Process(target=_ask, args=(ask, begin)) for _number in range(CLIENTS)]
    for child in children:
        child.start()
    begin.wait()
    start = time.perf_counter()
    for child in children:
        child.join()
    assert not any(child.exitcode for child in children), "a client failed"
    return CLIENTS * EACH / (time.perf_counter() - start)


def _ask(ask: Callable[[], Any], begin: Any) -> None:
    ask()
    begin.wait()
    for _number in range(EACH):
        ask()
