"""The parts that pages are made of: what they need, and what they leave out."""

import pytest
from django import forms

from qms.home.templatetags import parts, ui
from tests.look.render import page, part
from tests.look.specimens import DocumentForm, PasswordForm
from tests.look.text import words_of

SIGN = {
    "title": "Approve",
    "rows": [("Document", "SOP-0012")],
    "statement": "I approve this revision.",
    "action": "/approve/",
    "label": "Sign",
    "cancel_url": "/",
}


def test_tabs_need_a_label_and_an_address_only():
    made = part("{% tabs items 'Parts' %}", items=[{"label": "Read", "url": "?tab=read"}])
    assert (words_of(made), made.count("aria-current")) == ("Read", 0)


def test_the_current_tab_says_so():
    made = part("{% tabs items 'Parts' %}", items=[{"label": "Read", "url": "?", "current": True, "count": 0}])
    assert (words_of(made), made.count('aria-current="page"')) == ("Read 0", 1)


def test_a_filter_that_is_on_is_a_link_that_takes_it_off():
    made = part("{% chips filters %}", filters=[{"label": "Type", "value": "Procedure", "remove_url": "?a=1"}])
    assert ('href="?a=1"' in made, words_of(made)) == (True, "Type: Procedure (remove this filter)")


def test_the_pager_shows_only_the_ways_there_are():
    assert words_of(part("{% pager older_url='?after=9' %}")) == "Next"


def test_progress_asks_again_only_while_there_is_an_address_to_ask():
    running = part("{% progress 'j' 'Writing' 1 2 '' '/jobs/1/' %}")
    done = part("{% progress 'j' 'Writing' 2 2 %}")
    assert ("hx-get" in running, "hx-get" in done) == (True, False)


def test_signing_shows_what_is_signed_the_meaning_and_the_form():
    made = part("{% sign_dialog sign form %}", sign=SIGN, form=PasswordForm(), csrf_token="t" * 64)
    assert words_of(made).startswith("Approve Document SOP-0012 I approve this revision. Your password")
    assert ("csrfmiddlewaretoken" in made, "data-passkey" in made, "hx-post" in made) == (True, False, False)


def test_signing_in_the_dialog_answers_into_the_dialog():
    made = page("specimens/signing_part.html", headers={"HX-Target": "dialog"}, sign=SIGN, form=PasswordForm())
    assert 'hx-target="#dialog"' in made


def test_a_signature_on_changed_content_says_so():
    made = part("{% signature 'Ann Lee' 'Approved' at 'password' valid=False %}", at=None)
    assert "No longer valid: the content has changed since." in words_of(made)


def test_a_form_lists_its_errors_on_top_and_links_each_to_its_field():
    form = DocumentForm({"title": "", "kind": "sop", "change": "minor", "reason": "x"})
    made = str(form)
    assert ('<a href="#id_title">Title: This field is required.</a>' in made, made.count('role="alert"')) == (True, 1)


def test_a_field_is_tied_to_its_help_and_its_error():
    made = str(DocumentForm({"title": ""}))
    assert 'aria-describedby="id_title_helptext id_title_error"' in made
    assert ('id="id_title_helptext"' in made, 'id="id_title_error"' in made) == (True, True)


def test_a_form_without_errors_has_no_summary():
    assert 'role="alert"' not in str(DocumentForm())


def test_an_error_of_the_whole_form_stands_in_the_summary():
    class Refusing(forms.Form):
        """Refuses everything."""

        def clean(self):
            raise forms.ValidationError("The review is before the effective date.")

    assert "<li data-refusal>The review is before the effective date.</li>" in str(Refusing({}))


@pytest.mark.parametrize("library", [ui, parts])
def test_every_tag_says_what_it_gives(library):
    made = [*library.register.tags.items(), *library.register.filters.items()]
    assert [name for name, tag in made if not tag.__doc__] == []
