"""Words with a mark: what the tags of `ui` make."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.test import RequestFactory
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, override

from qms.home.templatetags import ui
from tests.look.render import part
from tests.look.text import words_of

TODAY = date(2026, 11, 22)
SHELL = SimpleNamespace(today=TODAY)


def test_an_icon_is_hidden_from_screen_readers_and_has_the_size_asked_for():
    svg = part("{% icon 'check' 20 %}")
    assert svg.startswith("<svg ")
    assert {'aria-hidden="true"', 'class="icon"', 'width="20"'} - set(svg.split(">")[0].split()) == set()


def test_a_state_shows_its_tone_an_icon_and_the_word():
    badge = part("{% state 'in_approval' 'In approval' %}")
    assert badge.startswith('<span class="state" data-tone="approval"><svg')
    assert words_of(badge) == "In approval"


def test_a_state_of_another_room_takes_the_tone_it_is_given():
    assert part("{% state 'contained' 'Contained' 'soon' %}").startswith('<span class="state" data-tone="soon"><svg')


def test_a_label_is_text_and_never_markup():
    assert "<b>" not in part("{% state 'draft' word %}", word="<b>")


def test_a_label_once_shown_as_safe_text_is_still_escaped_for_others():
    word = "<i>kept</i>"
    assert part("{% state 'draft' word %}", word=SafeString(word)) == part("{% state 'draft' word %}", word=word)
    assert "<i>" not in part("{% state 'draft' word %}", word=word)


def test_a_state_may_be_named_by_a_text_that_is_translated_late():
    assert words_of(part("{% state 'draft' word %}", word=gettext_lazy("Draft"))) == "Draft"


def test_every_tone_and_state_has_an_icon_that_exists():
    names = {*ui.ICONS.values(), *(name for _, name in ui.STATES.values())}
    assert {name for name in names if not ui.icon(name).startswith("<svg")} == set()


@pytest.mark.parametrize(
    ("days", "tone", "words"),
    [
        (-41, "late", "overdue by 41 days 12 Oct 2026"),
        (-1, "late", "overdue by 1 day 21 Nov 2026"),
        (0, "soon", "due today 22 Nov 2026"),
        (1, "soon", "due in 1 day 23 Nov 2026"),
        (7, "soon", "due in 7 days 29 Nov 2026"),
        (8, "neutral", "due in 8 days 30 Nov 2026"),
        (61, "neutral", "due 22 Jan 2027"),
    ],
)
def test_a_due_day_is_told_in_words_and_as_a_date(days, tone, words):
    made = part("{% due day %}", day=TODAY + timedelta(days=days), shell=SHELL)
    assert (made.split('"')[3], words_of(made)) == (tone, words)


def test_a_due_day_is_told_in_the_language_of_the_reader():
    day = date(2026, 12, 1)
    with override("en"):
        english = words_of(part("{% due day %}", day=day, shell=SHELL))
    with override("de"):
        german = words_of(part("{% due day %}", day=day, shell=SHELL))
    assert (english, german.endswith("Dez 2026")) == ("due in 9 days 1 Dec 2026", True)


def test_what_is_closed_is_not_overdue_any_more():
    made = part("{% due day closed=True %}", day=date(2026, 11, 1), shell=SHELL)
    assert (made.split('"')[3], words_of(made)) == ("neutral", "was due 1 Nov 2026")


def test_no_due_day_is_said():
    assert words_of(part("{% due day %}", day=None)) == "no date"


@time_machine.travel(datetime(2026, 11, 22, 23, 30, tzinfo=UTC), tick=False)
def test_without_a_shell_today_is_the_day_in_the_zone_of_the_settings():
    with timezone.override("Asia/Tokyo"):
        today = timezone.localdate(timezone=timezone.get_default_timezone())
        assert words_of(part("{% due day %}", day=today)).startswith("due today")


@time_machine.travel(datetime(2026, 11, 22, 14, 32, tzinfo=UTC), tick=False)
@pytest.mark.parametrize(
    ("at", "form", "words"),
    [
        (datetime(2026, 11, 22, 11, 32, tzinfo=UTC), "full", "3 hours ago · 22 Nov 2026, 12:32 CET"),
        (datetime(2026, 11, 22, 11, 32, tzinfo=UTC), "short", "3 hours ago"),
        (datetime(2026, 7, 1, 11, 32, tzinfo=UTC), "exact", "1 Jul 2026, 13:32 CEST"),
        (datetime(2026, 11, 22, 14, 31, 30, tzinfo=UTC), "short", "just now"),
        (datetime(2026, 12, 1, 14, 32, tzinfo=UTC), "short", "in 1 week"),
        (None, "full", "not yet"),
    ],
)
def test_a_moment_is_told_in_words_and_with_its_zone(at, form, words):
    with timezone.override("Europe/Berlin"):
        assert words_of(part("{% moment at form %}", at=at, form=form)) == words


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ann Lindqvist", "AL"), ("ann", "A"), ("Maximiliane von Hohenlohe", "MH"), ("山田 太郎", "山"), ("", "?")],
)
def test_initials_are_of_the_first_and_the_last_word(name, letters):
    assert ui.initials(name) == letters


def test_a_person_is_linked_when_there_is_an_address():
    sees = {"sees_people": True}
    made = part("{% person 'Ann Lindqvist' '/people/3/' 'process owner' %}", shell=sees)
    assert ('<a href="/people/3/">Ann Lindqvist</a>' in made, words_of(made)) == (
        True,
        "AL Ann Lindqvist process owner",
    )


@pytest.mark.parametrize(("known", "linked"), [("", False), ("known=True", True)])
def test_a_person_is_plain_text_for_who_may_not_open_their_page(known, linked):
    made = part(f"{{% person 'Ann Lindqvist' '/people/3/' {known} %}}", shell={"sees_people": False})
    assert (words_of(made), "<a " in made) == ("AL Ann Lindqvist", linked)


@pytest.mark.parametrize(
    ("query", "address", "sort"),
    [
        ("state=draft&after=x", "?state=draft&amp;sort=number", ""),
        ("sort=number", "?sort=-number", ' aria-sort="ascending"'),
        ("sort=-number", "?sort=number", ' aria-sort="descending"'),
    ],
)
def test_a_column_sorts_by_a_link_and_says_how_it_is_sorted(query, address, sort):
    request = RequestFactory().get(f"/?{query}")
    made = part("{% column 'Number' 'number' 'spare' %}", request=request)
    assert made == f'<th scope="col" class="spare"{sort}><a href="{address}">Number</a></th>'


def test_a_banner_carries_a_tone_and_what_stands_in_it():
    made = part("{% banner 'late' %}<p>Mail does not go out.</p>{% endbanner %}")
    assert (made.split('"')[3], words_of(made)) == ("late", "Mail does not go out.")
