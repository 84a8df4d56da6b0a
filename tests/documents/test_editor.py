"""The editor keeps what was typed: one button for the whole page, and no text is lost when two windows meet."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(client, world):
    client.force_login(world.author)
    return world.draft(text="# Purpose\n\nAll gauges.\n")


def save(client, draft, *, alone=False, **said):
    address = reverse("documents:save", args=[draft.document_id, draft.pk])
    return client.post(address, said, headers={"HX-Request": "true"} if alone else {})


def around(draft, **said):
    return {"title": draft.title, "change_class": draft.change_class, "change_list": "", "reason": "", **said}


def test_one_save_keeps_the_text_and_what_stands_around_it(client, draft):
    answer = save(client, draft, version=1, text="# Purpose", **around(draft, reason="Limits are tighter."))
    draft.refresh_from_db()
    assert (answer.status_code, draft.bodies.get().markdown, draft.reason) == (
        302,
        "# Purpose",
        "Limits are tighter.",
    )


def test_a_title_left_empty_is_said_at_its_field_and_the_text_is_kept(client, draft):
    answer = save(client, draft, version=1, text="# Aim", **around(draft, title="", reason="Typed."))
    assert (answer.status_code, list(answer.context["details"].errors)) == (422, ["title"])
    assert (answer.context["text"], answer.context["details"]["reason"].value()) == ("# Aim", "Typed.")


def test_the_same_text_saved_twice_is_no_conflict(client, draft):
    assert save(client, draft, alone=True, version=1, text="# Aim").headers["X-Version"] == "2"
    assert save(client, draft, version=1, text="# Aim").status_code == 302
    assert draft.bodies.get().version == 2


def test_a_stale_save_shows_the_own_text_in_the_editor_beside_the_saved_one(client, draft):
    save(client, draft, alone=True, version=1, text="# Purpose\n\nAll gauges and rings.\n")
    told = around(draft, reason="Rings were missing.")
    answer = save(client, draft, version=1, text="# Purpose\n\nAll gauges and plates.\n", **told)
    context = answer.context
    assert (answer.status_code, context["text"], context["saved"], context["details"]["reason"].value()) == (
        409,
        "# Purpose\n\nAll gauges and plates.\n",
        "# Purpose\n\nAll gauges and rings.\n",
        "Rings were missing.",
    )
    assert "plates" in context["difference"]
    again = save(client, draft, version=context["body"].version, text=context["text"], **told)
    assert (again.status_code, draft.bodies.get().markdown) == (302, "# Purpose\n\nAll gauges and plates.\n")


def test_a_stale_saving_by_itself_is_refused_in_words(client, draft):
    save(client, draft, alone=True, version=1, text="One")
    answer = save(client, draft, alone=True, version=1, text="Two")
    assert (answer.status_code, answer.content.decode()) == (
        409,
        "This text was saved in another window or by somebody else after you opened it; yours is not saved.",
    )


def test_a_refused_revision_comes_back_with_its_reason(client, world):
    document = world.effective().document
    world.next_revision(document)
    client.force_login(world.author)
    told = {"change_class": "minor", "reason": "A longer reason that took a while."}
    answer = client.post(reverse("documents:revise", args=[document.pk]), told)
    form = answer.context["form"]
    assert (form.non_field_errors(), form["reason"].value()) == (
        ["Another revision of this document is open already."],
        told["reason"],
    )


@pytest.mark.parametrize("version", ["9" * 5000, "9" * 20, "-1", "²", "", "one"])
def test_a_version_that_no_text_has_is_a_stale_one(client, draft, version):
    answer = save(client, draft, alone=True, version=version, text="# Aim")
    assert (answer.status_code, draft.bodies.get().markdown) == (409, "# Purpose\n\nAll gauges.\n")


def test_an_empty_preview_says_what_it_is_for(client, draft):
    save(client, draft, version=1, text=" ", **around(draft))
    words = "What you write shows here as its readers will see it."
    page = client.get(reverse("documents:edit", args=[draft.document_id, draft.pk]))
    assert [text in page.text for text in (words, 'aria-labelledby="preview-title"', 'for="text"')] == [True] * 3
    answers = [
        client.post(reverse("documents:preview", args=[draft.document_id, draft.pk]), {"text": text}).text
        for text in (" \n", "Rest.")
    ]
    assert [words in answer for answer in answers] == [True, False]
