"""The pages of actions: who sees what, what is offered, and how a refusal reads."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from qms.actions import services
from qms.actions.access import panel_of
from qms.actions.models import Action
from qms.actions.queries import Named
from qms.core.seams.starters import starts_from
from qms.filing.queries import attachments_of
from qms.organization.services import deactivate_person
from qms.organization.states import Role
from qms.search.services import reindex
from tests.actions.conftest import in_days
from tests.actions.test_doing import done
from tests.actions.test_extending import ask

pytestmark = pytest.mark.django_db
NEW = "/actions/new/"


def act(action, verb):
    return reverse("actions:act", args=[action.pk, verb])


def status(client, person, address):
    client.force_login(person)
    return client.get(address).status_code


def test_an_action_is_seen_by_who_has_a_part_in_it_or_sees_all_there(client, world, given):
    action = given(process=world.process)
    external = world.person("external")
    world.give(external, Role.EXTERNAL_AUDITOR, process=world.process)
    seeing = [
        world.reader,
        world.colleague,
        world.author,
        world.quality,
        world.owner,
        world.auditor,
        world.top,
        external,
    ]
    assert [status(client, person, action.get_absolute_url()) for person in seeing] == [200] * 8
    hidden = [world.second, world.it, world.stranger]
    assert [status(client, person, action.get_absolute_url()) for person in hidden] == [404] * 3
    elsewhere = given().get_absolute_url()
    assert [status(client, person, elsewhere) for person in (world.owner, external)] == [404, 404]


def test_the_register_shows_each_their_own_and_quality_all(client, world, given):
    given()
    given(owner=world.second)
    for person, expected in ((world.quality, 2), (world.second, 1), (world.it, 0)):
        client.force_login(person)
        assert len(client.get("/actions/").context["rows"]) == expected


def test_a_page_offers_each_their_verbs(client, world, action):
    offered = {}
    for person in (world.reader, world.colleague, world.author):
        client.force_login(person)
        offers = client.get(action.get_absolute_url()).context["offers"]
        first = [each and each.verb for each in (offers.primary, offers.counter)]
        offered[person.username] = [*first, *(each.verb for each in offers.others)]
    assert offered == {
        "reader": ["do", None, "ask_extension"],
        "colleague": [None, None],
        "author": [None, None, "hand_over", "change", "cancel"],
    }


def test_who_is_asked_finds_yes_and_no_beside_each_other_and_quality_in_their_place_under_more(client, world, action):
    ask(action)
    for turn in ("agree_extension", "verify"):
        for person, asked in ((world.colleague, True), (world.quality, False)):
            client.force_login(person)
            offers = client.get(action.get_absolute_url()).context["offers"]
            first = [each.verb for each in (offers.primary, offers.counter) if each]
            other = [each.verb for each in offers.others]
            assert (first[:1] == [turn], len(first), turn in other) == (asked, 2 * asked, not asked)
        done(action) if turn == "agree_extension" else None


def test_an_action_is_given_from_a_record_that_the_address_names(client, world):
    document = world.effective().document
    client.force_login(world.author)
    page = client.get(f"{NEW}?from=documents.document/{document.pk}")
    assert page.context["origin"].label == f"{document.number} {document.title}"
    said = {"title": "Look again", "owner": "reader", "due_on": in_days(5).isoformat()}
    answer = client.post(f"{NEW}?from=documents.document/{document.pk}", said)
    made = Action.objects.get()
    assert (answer.status_code, made.subject_key, made.owner) == (302, str(document.pk), world.reader)


@pytest.mark.parametrize("origin", ["nonsense", "documents.document/999", "a/b/c", "documents.document/x", "/"])
def test_an_origin_that_is_not_there_is_left_out(client, world, origin):
    client.force_login(world.author)
    page = client.get(NEW, {"from": origin})
    assert (page.status_code, page.context["origin"]) == (200, None)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": ""}, "This field is required"),
        ({"owner": "nobody"}, "There is nobody called"),
        ({"due_on": "2020-01-01"}, "This day has gone"),
        ({"due_on": "3000-01-01"}, "up to the year 2199"),
        ({"verifier": "reader"}, "somebody else verifies it"),
        ({"waits_for": "SOP-0099"}, "No record with the number"),
    ],
)
def test_wrong_input_is_refused_in_words_and_kept_on_the_page(client, world, wrong, words):
    client.force_login(world.author)
    said = {"title": "Look again", "owner": "reader", "due_on": in_days(5).isoformat(), **wrong}
    answer = client.post(NEW, said)
    assert (answer.status_code in {409, 422}, words in answer.content.decode()) == (True, True)
    assert Action.objects.count() == 0


def test_who_gives_no_actions_finds_no_page_for_it(client, world):
    assert [status(client, each, NEW) for each in (world.reader, world.it, world.author)] == [404, 404, 200]


def test_an_action_is_done_with_a_file_that_can_be_taken_away_again(client, world, action):
    client.force_login(world.reader)
    sent = [SimpleUploadedFile(name, b"photo " + name.encode(), "image/jpeg") for name in ("a.jpg", "b.jpg")]
    assert client.post(act(action, "do"), {"attached": sent}).status_code == 302
    kept = list(attachments_of(action))
    assert [each.name for each in kept] == ["a.jpg", "b.jpg"]
    address = reverse("actions:file", args=[action.pk, kept[0].pk])
    answer = client.get(address)
    assert (b"".join(answer.streaming_content), answer["Content-Type"]) == (b"photo a.jpg", "application/octet-stream")
    assert status(client, world.second, address) == 404


def test_doing_without_anything_to_show_keeps_the_form(client, action, world):
    client.force_login(world.reader)
    answer = client.post(act(action, "do"), {"words": ""})
    assert (answer.status_code, "Say what shows that it is done" in answer.content.decode()) == (409, True)


def test_a_record_shows_it_by_its_number(client, world, action):
    document = world.effective().document
    reindex()
    client.force_login(world.reader)
    assert client.post(act(action, "do"), {"evidence": "SOP-0099"}).status_code == 422
    client.post(act(action, "do"), {"evidence": document.number.lower()})
    action.refresh_from_db()
    assert (action.evidence_model, action.evidence_key) == ("documents.document", str(document.pk))
    assert document.get_absolute_url() in client.get(action.get_absolute_url()).content.decode()


def test_an_action_that_waits_says_for_what_and_offers_no_button(client, world, given):
    document = world.effective().document
    action = given(gate=Named.of(document))
    client.force_login(world.reader)
    page = client.get(action.get_absolute_url())
    assert [(each.verb, each.why) for each in page.context["offers"].others][-1] == (
        "do",
        "No new revision of SOP-0001 is in force yet.",
    )


def test_an_owner_who_left_is_said_on_the_page_and_in_the_register(client, world, action):
    deactivate_person(person_id=world.reader.pk, by=world.it, reason="Left.")
    client.force_login(world.quality)
    pages = [client.get(address).content.decode() for address in (action.get_absolute_url(), "/actions/?owner=left")]
    assert ["has left" in page for page in pages] == [True, True]


def test_every_verb_is_shown_and_taken(client, world, action):
    def post(person, verb, **said):
        client.force_login(person)
        shown = client.get(act(action, verb)).status_code
        return shown, client.post(act(action, verb), said).status_code

    more = {"new_due_on": in_days(40).isoformat(), "reason": "Late."}
    assert [
        post(world.author, "change", title="Label all drawers", verifier="colleague"),
        post(world.reader, "ask_extension", **more),
        post(world.colleague, "refuse_extension", reason="No."),
        post(world.reader, "ask_extension", **more),
        post(world.colleague, "agree_extension"),
        post(world.author, "hand_over", to="second", reason="Ill."),
        post(world.second, "do", words="Seen."),
        post(world.colleague, "send_back", reason="Drawer 4."),
        post(world.second, "do", words="Seen again."),
        post(world.colleague, "verify", words="Looked at all."),
    ] == [(200, 302)] * 10
    page = client.get(action.get_absolute_url())
    assert (page.status_code, "Looked at all." in page.content.decode()) == (200, True)
    action.refresh_from_db()
    assert (action.state, action.title, action.due_on) == ("verified", "Label all drawers", in_days(40))


def test_a_verb_of_somebody_else_or_of_another_state_is_refused(client, world, action):
    assert status(client, world.colleague, act(action, "do")) == 403
    assert status(client, world.colleague, act(action, "verify")) == 409
    assert status(client, world.reader, act(action, "nonsense")) == 404
    assert status(client, world.stranger, act(action, "do")) == 404


def test_whoever_hands_an_action_on_and_sees_it_no_more_is_led_to_the_register(client, world, given):
    action = given(process=world.process, owner=world.second)
    client.force_login(world.owner)
    said = {"title": action.title, "verifier": "colleague"}
    assert client.post(act(action, "change"), said)["Location"] == "/actions/"


def test_a_panel_shows_a_records_actions_and_says_how_many_are_hidden(world, given):
    origin = Named("documents.document", "7", "SOP-0007")
    given(origin=origin)
    given(origin=origin, owner=world.second)
    told = [panel_of(person, "documents.document", 7) for person in (world.quality, world.second, world.reader)]
    assert [(len(each["rows"]), each["unseen"], bool(each["add_url"])) for each in told] == [
        (2, 0, True),
        (1, 1, True),
        (1, 1, False),
    ]


def test_any_record_offers_to_raise_an_action_to_who_may(world):
    starts = [starts_from(person, "documents.document", 7) for person in (world.author, world.reader)]
    assert [[each.url for each in found] for found in starts] == [["/actions/new/?from=documents.document/7"], []]


def test_my_work_leads_to_the_action(client, world, action):
    ask(action)
    client.force_login(world.colleague)
    page = client.get("/").content.decode() + client.get(reverse("duties:my_work")).content.decode()
    assert (action.get_absolute_url() in page, "Answer a request for more time" in page) == (True, True)


def test_the_history_tells_it_in_words(client, world, action):
    services.send_back(action_id=done(action).pk, by=world.colleague, reason="Drawer 4.")
    client.force_login(world.reader)
    told = [each["text"] for each in client.get(action.get_absolute_url()).context["history"]]
    assert told == [
        "Colleague Person sent it back to be done",
        "Reader Person said that it is done",
        f"Author Person gave action A-0001 “Label the drawers”, due on {in_days(30):%-d %b %Y}",
    ]


def test_a_document_shows_its_actions_where_it_shows_its_links(client, world, given):
    document = world.effective().document
    action = given(origin=Named.of(document))
    client.force_login(world.author)
    page = client.get(reverse("documents:used", args=[document.pk])).content.decode()
    assert page.count(action.get_absolute_url()) == 1
    start = f"/actions/new/?from=documents.document/{document.pk}"
    assert (page.count(start), client.get(document.get_absolute_url()).content.decode().count(start)) == (2, 1)


def test_the_sheet_of_a_process_shows_what_is_in_hand_there_and_offers_one_more(client, world, given):
    shown = {}
    given(process=world.process)
    given()
    for person in (world.owner, world.reader, world.second):
        client.force_login(person)
        panels = client.get(reverse("processes:sheet", args=[world.process.pk])).context["panels"]
        found = [each.given for each in panels if each.template == "actions/panel.html"]
        shown[person.username] = [(len(each["rows"]), bool(each["add_url"])) for each in found]
    assert shown == {"owner": [(1, True)], "reader": [(1, False)], "second": [(0, True)]}
    form = client.get(f"{NEW}?from=organization.process/{world.process.pk}").context["form"]
    assert form["process"].value() == str(world.process.pk)
