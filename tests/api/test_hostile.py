"""What a machine makes up for every address: no answer is a failure of ours, and each is one the description names."""

import random
from datetime import timedelta

import hypothesis
import pytest
import schemathesis
from django.core.cache import caches
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import strategies
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup

from documents import services
from documents.audience import Rule
from documents.states import ChangeClass
from qms.actions.services import do, give
from qms.actions.states import ACTION
from qms.core.actors import SYSTEM
from qms.evidence.queries import Selection
from qms.evidence.services import request_pack
from qms.jobs.models import Job
from qms.organization.queries import today
from qms.standards.services.loading import load_catalogue
from qms.wsgi import application
from tests.api.test_scopes import ISO, covered
from tests.browser.kept import keep_records

EXAMPLES = 15
ASKED = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")


def program_side(environ, start_response):
    """Answer as the server does: the body is read to its end and closed."""
    answer = application(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


@pytest.fixture
def kept_open():
    """Requests of a program do not close the connection that the test's transaction is on."""
    ends = (request_started, request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    yield
    for end in ends:
        end.connect(close_old_connections)


@pytest.fixture
def standing(world):
    """Keys of records of every kind, by the name and place that addresses have for them."""
    draft, effective, waiting = world.draft(), world.effective(), world.in_review()
    services.set_audience(document_id=effective.document_id, rules=[Rule("everybody")], by=world.quality)
    services.start_revision(
        document=effective.document, change_class=ChangeClass.MAJOR, reason="New gauges.", by=world.author
    )
    comment = services.comment_on(revision_id=waiting.pk, by=world.colleague, text="Which oil?")
    pack = request_pack(selection=Selection(), words="All", recipient="Auditor", purpose="Audit", by=world.quality)
    iso = load_catalogue(catalogue=ISO, sha256="0", by=SYSTEM)
    scope = covered(world, iso, sites=[world.site])
    agreed = {"due_on": today() + timedelta(days=9), "by": world.quality}
    own, other = (give(title="Label", owner=person, **agreed) for person in (world.quality, world.reader))
    do(action_id=other.pk, by=world.reader, words="Seen.")
    shelf = keep_records(world, effective.document)
    revisions = [(each.document_id, each.pk) for each in (draft, effective, waiting)]
    return {
        "documents": revisions,
        "comment": comment.pk,
        "people": [world.quality.pk, world.reader.pk],
        "packs": [pack.pk],
        "processes": [world.process.pk],
        "scopes": [scope.pk],
        "actions": [own.pk, other.pk],
        "record-kinds": [shelf.kind.pk],
        "records": [shelf.wrong.pk, shelf.right.pk],
        "duties": list(world.colleague.duties.values_list("pk", flat=True)),
        "jobs": list(Job.objects.values_list("pk", flat=True)),
        "verbs": ["submit_for_review", "start_approval_from_draft", "cancel_draft", "ask_retirement", "approve"],
    }


def keys(path: str, standing, chance: random.Random) -> dict[str, object]:
    """Return keys of what is there, for the names in an address and, under `named`, for those in a body."""
    person = chance.choice(standing["people"])
    named = {"owner": person, "to": person, "line_manager": person, "co_authors": [person], "type": "SOP"}
    named["kind"] = standing["record-kinds"][0]
    room = path.removeprefix("/api/v1/").split("/")[0]
    if room != "documents":
        verb = chance.choice(list(ACTION.edges)) if room == "actions" else "password"
        return {"id": chance.choice(standing[room]), "verb": verb, "named": named}
    document, revision = chance.choice(standing["documents"])
    key = revision if "{document}" in path else document
    verb = chance.choice(standing["verbs"])
    found = {"document": document, "id": key, "comment": standing["comment"], "verb": verb, "name": "oil.png"}
    return {**found, "named": named}


@pytest.mark.release
@pytest.mark.timeout(600)
def test_made_up_requests_get_the_answers_that_the_description_names(world, program, standing, kept_open):
    load_all_checks()
    checks = CHECKS.get_by_names(ASKED)
    headers = {**program(world.quality).headers}
    described = schemathesis.openapi.from_wsgi("/api/v1/schema/", program_side, headers=headers)
    failures = {}
    for result in described.get_all_operations():
        operation = result.ok()
        told = tried(operation, standing, headers, checks)
        if told:
            failures[operation.label] = told
    assert failures == {}, "\n\n".join(f"{name}: {told}" for name, told in failures.items())


def fill(case, wanted, key: str) -> None:
    """Name records that are there, in the address and in the body."""
    case.path_parameters = {name: wanted[name] for name in case.path_parameters or {}}
    if case.method == "POST":
        case.headers["Idempotency-Key"] = key
    if isinstance(case.body, dict):
        case.body |= {name: value for name, value in wanted["named"].items() if name in case.body}


def tried(operation, standing, headers, checks) -> str:
    """Try one operation with made-up input, most of it on records that are there; return the first failure."""

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(), seed=strategies.integers(1, 1000))
    def one(case, seed):
        if seed % 5:
            fill(case, keys(operation.path, standing, random.Random(seed)), str(seed))
        caches["counts"].clear()
        with transaction.atomic():
            case.call_and_validate(headers=headers, checks=checks)
            transaction.set_rollback(True)

    try:
        one()
    except (Exception, FailureGroup) as failure:
        return str(failure)[:1500]
    return ""
