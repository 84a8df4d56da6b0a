"""The demo organization as it is loaded: legal history that stands, on the day of loading, as the plan says."""

import json
from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from documents.models import Acknowledgement, Document, Objection, ReadingDuty, Revision
from documents.queries import OPEN
from documents.services.prints import make_controlled_pdf
from documents.states import State
from qms.actions.models import Action
from qms.core.canonical import dumps, instant, sha256
from qms.duties.models import Duty
from qms.filing.models import Link
from qms.filing.services import issue_number
from qms.jobs.models import Job, OutgoingMail
from qms.organization.demo_loading import PASSWORD, zone
from qms.organization.models import RoleAssignment, Site, Team, User
from qms.organization.queries import demo_logins, held, setting, today
from qms.organization.states import Role
from qms.signatures.models import Signature
from qms.standards.models import Judgement, ScopeStatement
from qms.standards.queries import all_shipped_is_loaded
from qms.standards.status import Evidence
from qms.trail.models import Entry
from qms.transition.models import Project
from qms.transition.queries import LINE, move_of
from tests.demo.conftest import LOADED
from tests.demo.told import documents, organization, people, plan, told

pytestmark = [pytest.mark.release, pytest.mark.django_db]
DAY = LOADED.date()


@pytest.fixture(autouse=True)
def on_the_day(loaded, db):
    """Every test looks at the demo at the instant of its loading."""
    with time_machine.travel(loaded, tick=False):
        yield


def day(number: int):
    return DAY + timedelta(days=number)


def number(moment) -> int:
    return (moment.astimezone(zone()).date() - DAY).days


def test_every_revision_is_in_the_state_the_plan_gives_it():
    found = {
        document: [row.state for row in Revision.objects.filter(document__number=document).order_by("sequence")]
        for document in documents()
    }
    assert found == {document: [row.state for row in rows] for document, rows in told().revisions.items()}


@pytest.mark.parametrize("document", documents())
def test_the_newest_revision_and_the_one_in_force_are_in_the_states_named_last(document):
    rows = Revision.objects.filter(document__number=document).order_by("sequence")
    states = [row.state for row in rows if row.state in {State.EFFECTIVE, *OPEN}] or [rows.last().state]
    assert states == documents()[document]["now"]


def test_who_owes_which_acknowledgement_by_when_is_as_expected():
    waiting = ReadingDuty.objects.filter(duty__closed_at=None)
    rows = waiting.values_list("document__number", "revision__sequence", "person__username", "duty__due_on")
    expected = plan()["expects"]["acknowledgements"]
    assert sorted(rows) == sorted((x["document"], x["revision"], x["person"], day(x["due"])) for x in expected)


def test_open_difficulties_are_those_expected():
    rows = Objection.objects.filter(answered_at=None).values_list("revision__document__number", "person__username")
    expected = [x for x in plan()["expects"]["acknowledgements"] if x.get("objection") == "open"]
    assert list(rows) == [(x["document"], x["person"]) for x in expected]


def test_owners_are_asked_for_the_periodic_reviews_that_are_near():
    asked = Duty.objects.filter(kind="documents.periodic_review", closed_at=None, due_on__lte=day(7))
    rows = [(Document.objects.get(pk=each.subject_key).number, each.person.username, each.due_on) for each in asked]
    expected = plan()["expects"]["reviews"]
    assert sorted(rows) == sorted((x["document"], x["owner"], day(x["due"])) for x in expected)


def test_whose_review_and_approval_is_awaited_is_as_expected():
    kinds = {"documents.review": "review", "documents.approve": "approval"}
    found = []
    for each in Duty.objects.filter(kind__in=kinds, closed_at=None).select_related("person"):
        revision = Revision.objects.select_related("document").get(pk=each.subject_key)
        found.append((revision.document.number, revision.sequence, kinds[each.kind], each.person.username))
    expected = plan()["expects"]["waiting"]
    assert sorted(found) == sorted((x["document"], x["revision"], x["for"], x["person"]) for x in expected)


def test_something_is_overdue_and_something_is_still_to_come():
    open_ones = Duty.objects.filter(closed_at=None)
    assert open_ones.filter(due_on__lt=today()).exists()
    assert open_ones.filter(due_on__gte=today()).exists()


def test_people_teams_and_roles_are_those_of_the_day():
    here = {username for username, each in people().items() if "left" not in each}
    assert set(User.objects.filter(is_active=True).values_list("username", flat=True)) == here
    assert (Site.objects.count(), Team.objects.count()) == (2, len(organization()["teams"]))
    roles = RoleAssignment.objects.filter(held()).values_list("person__username", "role")
    told_roles = [(name, role["role"]) for name in here for role in people()[name]["roles"]]
    assert Counter(roles) == Counter(told_roles)


def test_nobody_has_given_a_role_to_themselves_and_the_first_manager_was_named_by_it():
    first = RoleAssignment.objects.filter(role=Role.QUALITY_MANAGER).earliest("pk")
    assert (first.person.username, first.granted_by.username) == ("miriam.okafor", "arjun.mehta")


def test_entries_stand_in_order_of_time_and_none_comes_after_the_loading():
    moments = list(Entry.objects.order_by("pk").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1] <= LOADED
    assert number(moments[0]) == organization()["system"]["set_up"]


def test_every_entry_has_the_bytes_that_its_hashes_say():
    for entry in Entry.objects.select_related("detail"):
        leaf = json.loads(entry.leaf)
        salted = bytes(entry.detail.salt) + entry.detail.text.encode()
        assert sha256(salted) == entry.detail_hash == leaf["detail_hash"]
        assert (leaf["at"], leaf["actor"], leaf["verb"]) == (instant(entry.at), entry.actor, entry.verb)
        assert dumps(leaf) == entry.leaf


def test_every_signature_is_over_content_that_was_frozen_before_it():
    for signature in Signature.objects.filter(subject_model="documents.revision").exclude(meaning="excused"):
        revision = Revision.objects.get(pk=signature.subject_key)
        content = revision.contents.filter(sha256=signature.content_hash).earliest("pk")
        assert content.frozen_at <= signature.signed_at


def test_acknowledgements_are_spread_over_the_days_and_given_by_people_who_were_there():
    given = Acknowledgement.objects.select_related("person").exclude(method=Acknowledgement.Method.CREDITED)
    assert min(number(each.at) - people()[each.person.username]["joined"] for each in given) >= 0
    assert max(Counter(number(each.at) for each in given).values()) < 12


def test_numbers_go_on_behind_those_that_were_brought_in():
    assert issue_number("SOP-{n:04}") == "SOP-0018"
    assert issue_number("{site}-WI-{n:03}", site="P1") == "P1-WI-009"
    assert issue_number("{site}-WI-{n:03}", site="P2") == "P2-WI-004"


def test_parents_and_related_documents_are_linked_once_both_are_there():
    parents = dict(Document.objects.values_list("number", "parent__number"))
    assert parents == {each: told["parent"] for each, told in documents().items()}
    numbers = {str(key): number for key, number in Document.objects.values_list("pk", "number")}
    links = {(numbers[row.from_key], numbers[row.to_key]) for row in Link.objects.filter(kind="related")}
    assert links == {(each, other) for each, told in documents().items() for other in told["related"]}


def test_the_library_is_there_and_the_scope_stands_since_the_system_was_set_up():
    statement = ScopeStatement.objects.get()
    editions = sorted(map(str, statement.editions.all()))
    left_out = [str(each) for each in statement.left_out.all()]
    assert (editions, left_out, number(statement.valid_from), statement.confirmed_by.username) == (
        ["ISO 14001:2015", "ISO 9001:2015"],
        ["8.5.1 f"],
        organization()["system"]["set_up"] + 14,
        "miriam.okafor",
    )
    assert all_shipped_is_loaded()


def test_what_is_left_to_the_worker_are_prints_and_the_index_and_no_mail_waits():
    assert set(Job.objects.exclude(state="done").values_list("kind", "state")) == {
        ("documents.make_controlled_pdf", "queued"),
        ("documents.index", "queued"),
        ("standards.index", "queued"),
    }
    assert set(OutgoingMail.objects.values_list("state", flat=True)) <= {"sent", "set_aside"}


@pytest.mark.parametrize("document", ["SOP-0012", "SOP-0010", "P2-WI-002"])
def test_a_controlled_pdf_can_be_made_of_every_kind_of_body(document):
    revision = Revision.objects.get(document__number=document, state=State.EFFECTIVE)
    assert make_controlled_pdf(revision_id=revision.pk).controlled_pdf.size > 5000


def test_the_migrated_say_where_they_come_from_and_who_approved_them_there():
    waiting = Revision.objects.filter(state=State.MIGRATED).order_by("document__number")
    assert [(each.document.number, each.label, each.origin, each.origin_approvers) for each in waiting] == [
        ("IT-L-04", "Rev. C", "IT binders, Serra Clara", "Helena Duarte"),
        ("IT-L-09", "Rev. A", "IT binders, Serra Clara", "Manuel Serrão"),
        ("IT-P-02", "Rev. C", "IT binders, Serra Clara", "Helena Duarte, Rui Tavares"),
    ]


def test_everybody_who_is_offered_can_sign_in_with_the_password_that_is_told(settings):
    settings.DEMO = True
    assert [login.username for login in demo_logins()] == [each["username"] for each in organization()["logins"]]
    assert {User.objects.get(username=login.username).check_password(PASSWORD) for login in demo_logins()} == {True}
    settings.DEMO = False
    assert demo_logins() == []


def test_the_command_prints_the_logins_with_the_password():
    out = StringIO()
    call_command("demo", "--logins", stdout=out, skip_checks=True)
    lines = out.getvalue().splitlines()
    assert (PASSWORD in lines[0], len(lines)) == (True, 1 + len(organization()["logins"]))
    assert lines[1].split()[:3] == ["miriam.okafor", "Quality", "manager:"]


def test_loading_a_second_time_is_refused_in_words_and_changes_nothing():
    before = Entry.objects.count()
    with pytest.raises(CommandError, match="There are people here already"):
        call_command("demo", skip_checks=True)
    assert Entry.objects.count() == before


def test_the_organization_has_its_name_and_its_zone():
    assert (setting("organization.name"), setting("organization.zone")) == (
        organization()["organization"]["name"],
        organization()["organization"]["zone"],
    )


def test_actions_stand_as_they_are_told_and_come_from_documents():
    stand = Counter(Action.objects.exclude(subject_model=LINE).values_list("state", flat=True))
    assert stand == {"verified": 3, "cancelled": 1, "open": 6, "done": 1}
    from_documents = Action.objects.filter(subject_model="documents.document").count()
    assert (from_documents, Action.objects.filter(gate_model="documents.document").count()) == (7, 1)


def test_the_move_to_the_edition_of_2026_is_half_way():
    with time_machine.travel(LOADED, tick=False):
        move = move_of(Project.objects.get())
        progress = move.progress
    assert (str(move.mapping), progress.lines, progress.assessed) == ("ISO 9001:2015 → ISO 9001:2026", 65, 31)
    assert (len(move.actions), progress.in_hand, progress.overdue) == (6, 4, 1)
    lacking = {row.line.source.number: row.before.state for row in move.rows if row.before.state != Evidence.CURRENT}
    assert lacking == {"7.4": Evidence.NONE, "8.4.1": Evidence.STALE, "8.5.6": Evidence.NONE}
    assert Judgement.objects.get().signature.person.username == "nadia.rahimi"
