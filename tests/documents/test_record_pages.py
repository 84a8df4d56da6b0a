"""The pages of records: kinds with what is wanted, adding a file or a sighting, correcting, and who is shown what."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from documents.models import Record, RecordKind
from documents.queries.kept import KIND
from documents.services.records import Given, Sighting, add_kind, ask_for_records, keep_record
from qms.core.actors import SYSTEM
from qms.core.days import add_months
from qms.organization.history import history_of
from qms.organization.queries import today
from qms.standards.catalogue import Catalogue, ClauseRow
from qms.standards.services.links import link
from qms.standards.services.loading import load_catalogue
from qms.standards.states import EditionState
from tests.documents.counting import cost

pytestmark = pytest.mark.django_db

SEEN = Sighting(12, "Laboratory system", "All whole")


def address(name, *keys):
    return reverse(f"documents:{name}", args=keys)


@pytest.fixture
def kind(world) -> RecordKind:
    return add_kind(
        name="Calibration certificates",
        shows="Fitness of gauges",
        owner=world.owner,
        process=world.process,
        period_months=12,
        kept_at="Laboratory system",
        by=world.quality,
    )


def keep(world, kind, **fields) -> Record:
    told = {"title": "C-1", "happened_on": today(), "sighting": SEEN, **fields}
    return keep_record(kind_id=kind.pk, given=Given(**told), by=world.quality)


def told_of(answer) -> list[str]:
    form = answer.context["form"]
    return [words for errors in form.errors.values() for words in errors]


def test_a_kind_is_added_changed_and_ended_on_its_pages(client, world):
    client.force_login(world.owner)
    told = {"name": "Orders", "shows": "What was agreed", "owner": world.owner.pk, "process": world.process.pk}
    form = world.effective(title="Order sheet").document
    answer = client.post(address("new_record_kind"), {**told, "form_number": form.number.lower(), "period_months": "6"})
    kind = RecordKind.objects.get()
    assert (answer.status_code, answer.url, kind.form, kind.period_months) == (302, kind.get_absolute_url(), form, 6)
    answer = client.post(
        address("change_record_kind", kind.pk), {**told, "name": "Orders and offers", "reason": "Both"}
    )
    kind.refresh_from_db()
    assert (answer.url, kind.name, kind.form, kind.period_months) == (
        kind.get_absolute_url(),
        "Orders and offers",
        None,
        None,
    )
    assert client.post(address("end_record_kind", kind.pk), {"reason": ""}).status_code == 422
    assert client.post(address("end_record_kind", kind.pk), {"reason": "Not sold any more"}).status_code == 302
    kind.refresh_from_db()
    assert (kind.is_active, [each["text"] for each in history_of(kind)]) == (
        False,
        [
            "Owner Person ended the kind of record",
            "Owner Person changed of the kind of record: name, form, how often there must be one",
            "Owner Person added the kind of record",
        ],
    )
    assert client.get(address("records"), {"show": "ended"}).context["rows"] == [kind]


def test_what_is_overdue_is_said_in_the_list(client, world, kind):
    client.force_login(world.reader)
    page = client.get(address("records"))
    assert (page.context["counts"], page.context["may_add"]) == ({"in_use": 1, "overdue": 0, "ended": 0}, False)
    keep(world, kind, happened_on=add_months(today(), -13))
    page = client.get(address("records"), {"show": "overdue"})
    assert (page.context["rows"], page.context["counts"]["overdue"]) == ([kind], 1)
    assert "Of 1 kind a record is overdue." in page.content.decode()


def test_the_front_page_names_a_kind_of_which_a_record_is_overdue(client, world, kind):
    keep(world, kind, happened_on=today() - timedelta(days=800))
    ask_for_records()
    client.force_login(world.quality)
    page = client.get(reverse("home:home")).content.decode()
    assert f'title="Add a record that is wanted: {kind.name}">{kind.name}</a>' in page


def test_a_file_is_kept_under_its_hash_and_sent_as_it_came(client, world, kind):
    client.force_login(world.owner)
    file = SimpleUploadedFile("Zertifikat 7.pdf", b"%PDF-1.4 certificate")
    answer = client.post(address("add_record", kind.pk), {"title": "C-7", "happened_on": today(), "file": file})
    made = Record.objects.get()
    assert (answer.status_code, answer.url) == (302, kind.get_absolute_url())
    assert (made.file.sha256, made.file_name, made.media_type) == (
        sha256(b"%PDF-1.4 certificate").hexdigest(),
        "Zertifikat 7.pdf",
        "application/pdf",
    )
    client.force_login(world.reader)
    assert made.file.sha256 in client.get(made.get_absolute_url()).content.decode()
    sent = client.get(address("record_file", made.pk))
    assert (b"".join(sent), sent["Content-Type"]) == (b"%PDF-1.4 certificate", "application/octet-stream")


def test_what_was_seen_elsewhere_is_kept_where_the_kind_says(client, world, kind):
    client.force_login(world.owner)
    told = {"title": "July", "happened_on": today(), "count": "12", "seen": "All certificates, none out of date"}
    assert client.post(address("add_record", kind.pk), told).status_code == 302
    made = Record.objects.get()
    assert (made.sighted, made.sighted_at_place, made.file) == (12, "Laboratory system", None)
    assert client.get(address("record_file", made.pk)).status_code == 404
    assert client.get(made.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"happened_on": "2199-01-01"}, "This day is still to come: a record shows what has happened."),
        ({"happened_on": "yesterday"}, "Enter a valid date."),
        ({"file": SimpleUploadedFile("a.pdf", b"")}, "The file is empty (0 bytes). Nothing was kept."),
        (
            {"file": SimpleUploadedFile("a.pdf", b"x"), "count": "3"},
            "Either a file or what was seen elsewhere, not both in one record.",
        ),
        ({}, "Put the file in, or say what was seen elsewhere: how many, where and what."),
        ({"count": "-1", "seen": "x"}, "Ensure this value is greater than or equal to 1."),
        ({"title": "C\u202e1", "count": "1", "seen": "x"}, "“Number or name” holds a character that cannot be read."),
    ],
)
def test_bad_input_is_answered_beside_the_form_and_keeps_nothing(client, world, kind, wrong, words):
    client.force_login(world.owner)
    for file in (each for each in wrong.values() if isinstance(each, SimpleUploadedFile)):
        file.seek(0)
    answer = client.post(address("add_record", kind.pk), {"title": "C-1", "happened_on": today(), **wrong})
    assert (answer.status_code, told_of(answer), Record.objects.count()) == (422, [words], 0)


def test_a_kind_without_a_name_or_with_one_that_is_taken_or_an_unknown_form_is_refused(client, world, kind):
    client.force_login(world.quality)
    told = {"name": "calibration certificates", "shows": "The same", "owner": world.owner.pk}
    assert told_of(client.post(address("new_record_kind"), told)) == ["“calibration certificates” is taken."]
    assert told_of(client.post(address("new_record_kind"), {**told, "name": ""})) == ["This field is required."]
    answer = client.post(address("new_record_kind"), {**told, "name": "Other", "form_number": "FRM-999"})
    assert (told_of(answer), RecordKind.objects.count()) == (["There is no document FRM-999."], 1)


def test_a_correction_stands_in_the_place_of_what_it_corrects(client, world, kind):
    wrong = keep(world, kind)
    client.force_login(world.owner)
    form = client.get(address("correct_record", wrong.pk)).context["form"]
    told = {name: form[name].value() or "" for name in ("title", "happened_on", "count", "where", "seen")}
    day = today() - timedelta(days=2)
    answer = client.post(address("correct_record", wrong.pk), {**told, "happened_on": day, "reason": "Wrong day"})
    right = wrong.correction
    assert (answer.url, right.happened_on, right.sighted) == (right.get_absolute_url(), day, 12)
    page = client.get(wrong.get_absolute_url())
    assert (page.context["standing"], page.context["may_correct"], page.context["chain"]) == (
        right,
        False,
        [wrong, right],
    )
    again = client.post(address("correct_record", wrong.pk), {**told, "reason": "Again"})
    assert (again.status_code, told_of(again)) == (
        422,
        ["This record was corrected already: correct the one that stands."],
    )


def test_a_correction_keeps_the_file_unless_another_is_put_in(client, world, kind):
    client.force_login(world.owner)
    file = SimpleUploadedFile("c.txt", b"seven")
    client.post(address("add_record", kind.pk), {"title": "C-7", "happened_on": today(), "file": file})
    made = Record.objects.get()
    told = {"title": "C-8", "happened_on": today(), "reason": "It is the eighth"}
    client.post(address("correct_record", made.pk), told)
    assert (made.correction.file, made.correction.file_name) == (made.file, "c.txt")


def test_who_may_not_is_not_offered_it_and_hidden_looks_like_missing(client, world, kind):
    made = keep(world, kind)
    client.force_login(world.reader)
    page = client.get(kind.get_absolute_url())
    assert (page.context["may_add"], page.context["may_change"]) == (False, False)
    for name in ("change_record_kind", "end_record_kind", "add_record"):
        assert client.get(address(name, kind.pk)).status_code == 403
    assert client.get(address("correct_record", made.pk)).status_code == 403
    assert client.get(address("new_record_kind")).status_code == 404
    client.force_login(world.stranger)
    for url in (kind.get_absolute_url(), made.get_absolute_url(), address("record_file", made.pk), address("records")):
        assert client.get(url).status_code == 404


def test_the_pages_cost_the_same_with_one_record_and_with_three(client, world, kind):
    made = keep(world, kind)
    pages = (address("records"), kind.get_absolute_url(), made.get_absolute_url())
    first = [cost(client, world.reader, each) for each in pages]
    for number in (2, 3):
        keep(world, kind, title=f"C-{number}")
        add_kind(name=f"Kind {number}", shows="More", owner=world.colleague, site=world.site, by=world.quality)
    assert [cost(client, world.reader, each) for each in pages] == first
    assert max(first) <= 14


def test_records_page_by_the_day_they_are_of(client, world, kind):
    for number in range(52):
        keep(world, kind, title=f"C-{number}", happened_on=today() - timedelta(days=number))
    client.force_login(world.reader)
    page = client.get(kind.get_absolute_url())
    later = client.get(kind.get_absolute_url() + page.context["after_url"])
    assert [each.title for each in later.context["rows"]] == ["C-50", "C-51"]


def test_the_page_of_a_kind_shows_the_clauses_it_is_linked_to_and_leads_to_linking(client, world, kind):
    catalogue = Catalogue("ISO 9001", "2015", "Quality", EditionState.CURRENT, clauses=(ClauseRow("7.2", "People", 1),))
    clause = load_catalogue(catalogue=catalogue, sha256="0", by=SYSTEM).clauses.get()
    link(model=KIND, keys=[str(kind.pk)], clauses=[clause], by=world.quality)
    client.force_login(world.quality)
    page = client.get(kind.get_absolute_url())
    [panel] = page.context["panels"]
    assert ([each.clause for each in panel.given["links"]], panel.given["may"]) == ([clause], True)
    assert client.get(reverse("standards:link_records", args=[KIND]), {"chosen": kind.pk}).status_code == 200


def test_where_there_is_nothing_yet_the_page_says_what_comes_first(client, world):
    told = {
        "quality": ("A kind says what its records show", "Put its file in"),
        "reader": ("as soon as somebody adds one", "as soon as one is added"),
    }
    for who, (first, _then) in told.items():
        client.force_login(getattr(world, who))
        assert first in client.get(address("records"), {"after": "made-up"}).content.decode()
        assert "No kind is like this" in client.get(address("records"), {"show": "ended"}).content.decode()
    empty = add_kind(name="Orders", shows="What was agreed", owner=world.owner, by=world.quality)
    for who, (_first, then) in told.items():
        client.force_login(getattr(world, who))
        assert then in client.get(empty.get_absolute_url()).content.decode()
        assert "one is enough" in client.get(address("records")).content.decode()
