"""A made-up world: as large as asked, lawful in what the database checks, and with a trail whose bytes are right."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from documents.models import Acknowledgement, Content, Document, ReadingDuty, Revision, Seat
from documents.states import State
from qms.core.canonical import instant, sha256
from qms.core.seams.worlds import NORMAL, SIZES
from qms.duties.models import Duty
from qms.organization.models import Site, User
from qms.organization.states import Role
from qms.search.queries import search
from qms.signatures.models import Signature
from qms.trail.models import Entry

pytestmark = [pytest.mark.both, pytest.mark.django_db]
ASKED = {"people": 90, "documents": 40, "revisions": 120, "acknowledgements": 1800, "open-duties": 150, "entries": 4000}


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """A small world for all tests of this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        out = StringIO()
        arguments = [f"--{name}={value}" for name, value in ASKED.items()]
        call_command("make_world", *arguments, stdout=out, skip_checks=True)
        yield out.getvalue()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def in_it(made, db):
    """Every test looks at the world."""


def test_there_is_as_much_as_was_asked_for():
    counts = (Site.objects.count(), User.objects.count(), Document.objects.count(), Entry.objects.count())
    assert counts == (NORMAL.sites, ASKED["people"], ASKED["documents"], ASKED["entries"])
    assert abs(Revision.objects.count() - ASKED["revisions"]) <= 2
    assert abs(Acknowledgement.objects.count() - ASKED["acknowledgements"]) < 400
    assert abs(ReadingDuty.objects.filter(duty__closed_at=None).count() - ASKED["open-duties"]) < 40


def test_each_acknowledgement_has_its_closed_duty_and_its_entry_with_the_hash_of_the_row():
    closed = Duty.objects.filter(kind="documents.acknowledge", outcome="done").count()
    entries = Entry.objects.filter(verb="documents.acknowledged")
    assert closed == entries.count() == Acknowledgement.objects.count()
    for row in Acknowledgement.objects.order_by("pk")[:20]:
        leaf = json.loads(entries.get(targets__model="documents.acknowledgement", targets__key=str(row.pk)).leaf)
        assert (leaf["targets"][0][2], leaf["actor"]) == (sha256(row.canonical()), f"person:{row.person_id}")


def test_the_bytes_of_the_trail_are_right():
    for entry in Entry.objects.select_related("detail").order_by("-pk")[:300]:
        leaf = json.loads(entry.leaf)
        assert sha256(bytes(entry.detail.salt) + entry.detail.text.encode()) == leaf["detail_hash"]
        assert leaf["at"] == instant(entry.at)


def test_what_is_in_force_was_frozen_and_signed_by_somebody_else():
    for revision in Revision.objects.filter(state=State.EFFECTIVE).select_related("content"):
        seat = Seat.objects.get(round__revision=revision)
        assert sha256(revision.content.text) == revision.content.sha256 == seat.signature.content_hash
        assert seat.person_id != revision.author_id
    assert Signature.objects.count() <= Content.objects.count()


def test_pages_of_a_made_up_reader_answer():
    reader = User.objects.filter(assignments__role=Role.READER).exclude(assignments__role=Role.QUALITY_MANAGER).last()
    client = Client()
    client.force_login(reader)
    assert [client.get(address).status_code for address in ("/work/", "/documents/")] == [200, 200]


def test_its_documents_can_be_found():
    quality = User.objects.filter(assignments__role=Role.QUALITY_MANAGER)[0]
    assert search(quality, "SOP-00002")[0].number == "SOP-00002"


def test_it_is_made_in_empty_data_only():
    with pytest.raises(CommandError, match="There are people here already"):
        call_command("make_world", skip_checks=True)


def test_sizes_grow_with_people_and_documents_but_not_with_sites():
    assert (SIZES["small"].documents, SIZES["large"].documents, SIZES["large"].sites) == (1_000, 100_000, 12)
