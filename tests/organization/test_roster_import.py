"""A file of people in the browser: upload, dry run, one run, and what became of each row."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from qms.core.errors import RuleBroken
from qms.jobs.models import Job
from qms.jobs.services import run
from qms.organization import services
from qms.organization.models import RosterImport, Team, User
from qms.organization.queries import roles, teams_of
from qms.organization.states import Role, Scope
from tests.organization.helpers import verbs

CSV = """Username;Name;E-mail;Personnel number;Site;Line manager;Teams;Joined
ann;Ann Lee;ann@gauge.example;A-1;HQ;boss;Laboratory;2020-01-31
boss;The Boss;boss@gauge.example;;P2;;;
reader;;;;P2;ann;;
broken;;;;;;;
"""


def upload(client, text=CSV, name="people.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(reverse("organization:import_people"), {"file": SimpleUploadedFile(name, content)})


@pytest.fixture
def both(client, world):
    """Somebody who is IT and quality manager, signed in: the usual case in a small firm."""
    person = world.person("both", Role.IT_ADMIN, Role.QUALITY_MANAGER)
    client.force_login(person)
    return person


def test_the_dry_run_writes_nothing_and_shows_each_row(client, world, both):
    before = User.objects.count()
    page = client.get(upload(client)["Location"])
    shown = {outcome.username: outcome.kind.value for outcome in page.context["outcomes"]}
    assert shown == {"ann": "new", "boss": "new", "reader": "changed", "broken": "problem"}
    assert (User.objects.count(), verbs(), page.context["writes"]) == (before, [], 3)
    assert "The name is missing." in page.content.decode()


def test_the_one_run_does_what_the_dry_run_said(client, world, both):
    address = upload(client)["Location"]
    client.post(address)
    assert "Importing people" in client.get(address).content.decode()
    run(Job.objects.get().pk)
    ann, boss, reader = (User.objects.get(username=name) for name in ("ann", "boss", "reader"))
    assert (ann.line_manager, reader.line_manager, reader.site) == (boss, ann, world.other_site)
    assert (ann.personnel_number, ann.joined_on.isoformat(), ann.has_usable_password()) == ("A-1", "2020-01-31", False)
    assert list(teams_of(ann)) == [world.team]
    page = client.get(address)
    assert page.context["summary"] == {"new": 2, "changed": 1, "unchanged": 0, "problem": 1, "failed": []}


def test_running_the_same_file_again_changes_nothing(client, world, both):
    for _each in range(2):
        address = upload(client)["Location"]
        client.post(address)
        run(Job.objects.order_by("-pk").first().pk)
    entries = len(verbs())
    assert client.get(address).context["summary"]["unchanged"] == 3
    run(Job.objects.order_by("-pk").first().pk)
    assert len(verbs()) == entries


def test_a_file_is_imported_once(client, world, both):
    address = upload(client)["Location"]
    assert [client.post(address).status_code for _each in range(2)] == [302, 409]
    assert Job.objects.count() == 1


def test_roles_and_teams_come_in_with_their_scope(client, world, both):
    text = "username,teams,roles\nstranger,Paint shop;Laboratory,author@P01;reader\n"
    address = upload(client, text)["Location"]
    client.post(address)
    run(Job.objects.get().pk)
    stranger = User.objects.get(username="stranger")
    assert sorted(team.name for team in teams_of(stranger)) == ["Laboratory", "Paint shop"]
    assert roles(stranger) == {Role.READER}
    assert roles(stranger, Scope(process_id=world.process.pk)) == {Role.READER, Role.AUTHOR}
    assert Team.objects.filter(name="Paint shop").count() == 1


def test_a_row_that_does_not_go_through_says_why_and_stops_no_other(client, world, both):
    text = "username,name\nauthor@gauge.example,Not The Author\nreader,Rita Reader\n"
    address = upload(client, text)["Location"]
    client.post(address)
    run(Job.objects.get().pk)
    summary = client.get(address).context["summary"]
    assert summary["failed"] == [[2, "This user name is the e-mail address of somebody else."]]
    assert (summary["changed"], User.objects.get(username="reader").name) == (1, "Rita Reader")


def test_an_xlsx_comes_in_like_a_csv(client, world, both):
    book = openpyxl.Workbook()
    book.active.append(["Username", "Name", "Joined"])
    book.active.append(["ann", "Ann Lee", date(2020, 1, 31)])
    stream = io.BytesIO()
    book.save(stream)
    page = client.get(upload(client, stream.getvalue(), "people.xlsx")["Location"])
    found = page.context["outcomes"][0]
    assert (found.kind.value, {each.column.value: each.new for each in found.changes}) == (
        "new",
        {"name": "Ann Lee", "joined_on": "2020-01-31"},
    )


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "people.csv"),
        (b"\x00\x01\x02\x03\xff\xfe", "people.csv"),
        (b"PK\x03\x04 not a zip at all", "people.xlsx"),
        (b"shoe size,colour\n42,red\n", "people.csv"),
        (b"name,full name\nA,B\n", "people.csv"),
        (b"username,name\n", "people.csv"),
        (b"%PDF-1.7 hello", "people.pdf"),
    ],
)
def test_a_file_that_holds_no_people_is_refused_in_words(client, world, both, content, name):
    response = upload(client, content, name)
    assert (response.status_code, RosterImport.objects.count()) == (422, 0)
    assert len(response.context["form"].errors["file"]) == 1


def test_the_import_of_somebody_else_is_hidden(client, world, both):
    address = upload(client)["Location"]
    client.force_login(world.it)
    assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)


@pytest.mark.parametrize("who", ["top", "owner", "reader", "stranger"])
def test_who_may_change_nothing_imports_nothing(client, world, who):
    client.force_login(getattr(world, who))
    assert upload(client).status_code == 404


def test_it_alone_brings_in_accounts_and_no_roles(client, world):
    client.force_login(world.it)
    page = client.get(upload(client, "username,name,roles\nann,Ann,author\nbob,Bob,\n")["Location"])
    assert [outcome.kind.value for outcome in page.context["outcomes"]] == ["problem", "new"]


def test_more_rows_than_an_import_takes_are_refused(world):
    rows = [(number, {}) for number in range(20_001)]
    with pytest.raises(RuleBroken):
        services.keep_roster(file_name="x.csv", rows=rows, by=world.it)
