"""Search on both databases: what is found, in which order, by whom."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qms.core.seams.search import SearchPassage, searchables
from qms.jobs.models import Job
from qms.search.queries import MOST_HITS, matching_keys, search, suggest
from qms.search.snippets import Segment
from tests.search.conftest import ADA, BOB

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def found(text, person=ADA, **narrowed):
    return [hit.key for hit in search(person, text, **narrowed)]


def test_number_title_and_text_are_searched_in_this_order(room):
    in_text = room.add("WI-0001", "Gauges", "As SOP-0012 says", minutes=9)
    in_title = room.add("WI-0002", "What SOP-0012 is for", minutes=8)
    begins = room.add("SOP-0012-2", "Annex", minutes=7)
    exact = room.add("SOP-0012", "Calibration", minutes=1)
    room.add("SOP-0013", "Maintenance", "another")
    assert found("SOP-0012") == [exact, begins, in_title, in_text]


@pytest.mark.parametrize("stored", ["SOP 0012", "SOP_0012", "SOP0012", "sop/12"])
def test_a_number_is_found_however_it_is_stored(room, stored):
    wanted = room.add(stored, "Calibration")
    assert [found(typed) for typed in ("SOP-0012", "sop 12", "sop12")] == [[wanted]] * 3


def test_a_number_is_found_while_it_is_typed(room):
    wanted = room.add("SOP-0012", "Calibration")
    typed = ["s", "so", "sop", "sop ", "sop 1", "sop 12", "SOP-", "SOP-0", "SOP-00", "SOP-001", "SOP-0012", "sop1"]
    assert [text for text in typed if found(text) != [wanted]] == []


@pytest.mark.parametrize("typed", ["SOP-0012", "sop 12", "sop12", "Sop-012", "ＳＯＰ－００１２"])
def test_a_number_is_found_however_it_is_typed(room, typed):
    other, wanted = room.add("SOP-0112", "Other", minutes=5), room.add("SOP-0012", "Calibration")
    assert found(typed)[0] == wanted
    assert other not in found(typed)


def test_what_is_in_force_comes_first_and_then_the_newest(room):
    old = room.add(title="Calibration", minutes=1)
    history = room.add(title="Calibration", minutes=9, standing=2)
    new = room.add(title="Calibration", minutes=5)
    assert found("calibration") == [new, old, history]


def test_every_word_must_be_there_in_title_or_text(room):
    both = room.add(title="Torque tools", text="Every wrench is calibrated.")
    room.add(title="Torque tools", text="Nothing else.")
    assert found("torque wrench calibrated") == [both]


def test_words_of_one_body_need_not_stand_on_one_page(room):
    pages = [SearchPassage("1", "The torque."), SearchPassage("2", "The wrench.")]
    wanted = room.add(title="Tools", passages=pages)
    assert found("torque wrench") == [wanted]


def test_the_last_word_may_be_unfinished(room):
    wanted = room.add(title="Tools", text="Calibration of gauges")
    assert [found("calib"), found("gauges calib"), found("calib gauges")] == [[wanted], [wanted], []]
    assert found("calib ") == []


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Überprüfung der Messmittel", "uberprufung"),
        ("Überprüfung der Messmittel", "ueberpruefung"),
        ("Ueberpruefung der Messmittel", "Überprüfung"),
        ("U\u0308berpru\u0308fung", "überprüfung"),
        ("Großer Maßstab", "GROSSER MASSSTAB"),
        ("品質管理システム認証", "管理"),
        ("品質管理システム認証", "証"),
        ("品質管理システム認証", "システム"),
        ("품질 관리를 합니다", "관리"),
        ("إِجْراءُ التَّدْقيق", "اجراء التدقيق"),
        ("नियंत्रण प्रक्रिया", "प्रक्रिया"),
        ("การควบคุมเอกสาร", "เอกสาร"),
        ("Проверка ёмкостей", "емкостей"),
        ("Section 7.5.3.2 applies", "7.5.3"),
        ("ISO 9001:2015", "iso9001"),
        ("RAL9005", "ral 9005"),
        ("on 2026-11-22", "2026-11-22"),
        ("C++ & R&D", "c++ r&d "),
    ],
)
def test_each_script_is_found_as_its_people_type_it(room, text, asked):
    wanted = room.add(text=text)
    assert found(asked) == [wanted]
    assert [segment.text for segment in search(ADA, asked)[0].snippet if segment.marked] != []


@pytest.mark.parametrize("asked", ["calibration wrenches", "理管", "alibration", "sop-0013"])
def test_what_is_not_there_is_not_found(room, asked):
    room.add("SOP-0012", "Calibration", "wrench 品質管理")
    assert found(asked) == []


HOSTILE = [
    "",
    " ",
    "\x00",
    "\ud800",
    '"',
    '"""',
    "'",
    "''; DROP TABLE search_searchentry; --",
    "NEAR(torque wrench, 5)",
    "words : torque",
    "{words} : torque",
    "^torque",
    "-torque",
    "torque*",
    "*",
    "torque OR",
    "AND",
    "NOT torque",
    "torque & !wrench",
    "torque <-> wrench",
    "torque:*A",
    "(torque",
    ")(",
    "\\",
    "%",
    "_",
    "torque\x00wrench",
    "x" * 10_000,
    "torque " * 2_000,
    "品" * 10_000,
    "·",
    "0" * 10_000,
    "\u202e\u200b\ufeff",
    "🙂🙃",
]


@pytest.mark.parametrize("asked", HOSTILE)
def test_hostile_questions_are_plain_words(room, asked):
    room.add("SOP-0012", "Torque", "wrench torque")
    for hit in search(ADA, asked) + suggest(ADA, asked):
        assert hit.number == "SOP-0012"
    assert matching_keys(room.model, asked).count() in {0, 1}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40) | st.text(alphabet="torque \"'*()&|!:^-\\<>%_·品\x00", max_size=40))
def test_no_question_breaks_the_search(room, asked):
    for hit in search(ADA, asked) + suggest(ADA, asked):
        assert hit.key


def test_hostile_records_are_indexed_as_they_are(room):
    key = room.add("SOP\x00-1", "A\ud800 <script>alert(1)</script> ' \" \\ %s", "NUL\x00 body ' OR 1=1 --\n%(x)s {}")
    [hit] = search(ADA, "alert body")
    assert (hit.key, hit.title) == (key, "A? <script>alert(1)</script> ' \" \\ %s")
    assert hit.snippet[0] == Segment("NUL ", marked=False)


def test_a_person_finds_what_they_may_see_and_nothing_else(room):
    mine = room.add(title="Calibration", text="torque", seen_by=ADA)
    theirs = room.add(title="Calibration", text="torque", seen_by=BOB)
    assert [found("calibration", ADA), found("torque", ADA)] == [[mine], [mine]]
    assert [found("calibration", BOB), found("torque", BOB)] == [[theirs], [theirs]]
    assert [found("calibration", 3), suggest(3, "calibration"), suggest(3, "calbration")] == [[], [], []]


def test_who_may_see_is_asked_anew_each_time(room):
    key = room.add(title="Calibration")
    Job.objects.filter(pk=key).update(requested_by=BOB)
    assert [found("calibration", ADA), found("calibration", BOB)] == [[], [key]]


def test_a_record_whose_room_is_not_there_is_not_shown(room):
    room.add(title="Calibration")
    searchables._answers.clear()
    assert found("calibration") == []


def test_several_rooms_are_searched_together_and_can_be_told_apart(room, other_room):
    document, audit = room.add(title="Calibration", minutes=1), other_room.add(title="Calibration audit")
    assert found("calibration") == [document, audit]
    assert found("calibration", models=[other_room.model]) == [audit]
    assert [(hit.label, hit.url) for hit in search(ADA, "audit")] == [("tests.audit", f"/records/{audit}/")]


def test_kind_and_state_narrow_the_search(room):
    sop = room.add(title="Calibration", kind="SOP", state="effective", minutes=1)
    form = room.add(title="Calibration form", kind="FORM", state="draft")
    assert [found("calibration", kinds=["SOP"]), found("calibration", states=["draft"])] == [[sop], [form]]
    assert found("calibration", kinds=["SOP"], states=["draft"]) == []
    assert found("calibration", kinds=[]) == []


def test_a_hit_says_where_and_shows_the_words(room):
    passages = [
        SearchPassage("1 Purpose", "Why we do this."),
        SearchPassage("2 Tools", "The torque wrench is <b>calibrated</b>."),
    ]
    room.add("SOP-0012", "Gauges", passages=passages, state="effective", kind="SOP")
    [hit] = search(ADA, "torque calibrated")
    assert (hit.number, hit.title, hit.kind, hit.state, hit.locator) == (
        "SOP-0012",
        "Gauges",
        "SOP",
        "effective",
        "2 Tools",
    )
    assert [segment.text for segment in hit.snippet if segment.marked] == ["torque", "calibrated"]
    assert "".join(segment.text for segment in hit.snippet).endswith("The torque wrench is <b>calibrated</b>.")


def test_a_heading_is_searched_and_a_page_number_is_not(room):
    heading = room.add(passages=[SearchPassage("4 Responsibilities", "Who does what.")])
    room.add(passages=[SearchPassage("4711", "A page.")])
    assert [found("responsibilities"), found("4711")] == [[heading], []]


def test_a_hit_in_the_title_alone_has_no_snippet(room):
    room.add("SOP-0012", "Calibration")
    assert [(hit.snippet, hit.locator) for hit in search(ADA, "calibration")] == [((), "")]


def test_pages_follow_each_other_without_gaps_or_doubles(room):
    keys = [room.add(f"SOP-{n:04}", "Calibration", standing=n % 3, minutes=n // 4) for n in range(12)]
    keys += [room.add(title="Other", text="calibration", standing=n % 2, minutes=n) for n in range(6)]
    whole = found("calibration", limit=100)
    assert sorted(whole) == sorted(keys)
    for size in (1, 5, 7):
        pages, after = [], ""
        while hits := search(ADA, "calibration", limit=size, after=after):
            pages += [hit.key for hit in hits]
            after = hits[-1].cursor
        assert pages == whole


@pytest.mark.parametrize("cursor", ["", "x", "1.2.3", "9" * 50, "2.0.99999999999999999.1", "2.0.0.0; DROP", "-1.0.0.0"])
def test_a_cursor_that_says_nothing_is_the_first_page(room, cursor):
    key = room.add(title="Calibration")
    assert found("calibration", after=cursor) == [key]


def test_no_page_is_longer_than_a_hundred(room):
    for _ in range(MOST_HITS + 1):
        room.add(title="Calibration")
    assert len(search(ADA, "calibration", limit=10_000)) == MOST_HITS


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_hits_costs_the_same_queries(room, other_room, count, django_assert_num_queries):
    for number in range(count):
        room.add(f"SOP-{number}", "Calibration", "torque")
        other_room.add(title="Other", text="calibration")
    with django_assert_num_queries(5):
        search(ADA, "calibration")
    with django_assert_num_queries(2):
        suggest(ADA, "calibration")


def test_a_full_page_of_titles_does_not_look_into_texts(room, django_assert_num_queries):
    for _ in range(3):
        room.add(title="Calibration")
    with django_assert_num_queries(3):
        search(ADA, "calibration", limit=3)


def test_a_room_is_asked_about_the_best_matches_alone(room):
    keys = [room.add(title="Calibration", minutes=minute) for minute in range(3)]
    queries = _queries(lambda: search(ADA, "calibration", limit=2))
    assert [sql for sql in queries if 'FROM "jobs_job"' in sql and "search_searchentry" in sql] == []
    assert found("calibration", limit=2) == [keys[2], keys[1]]


def test_who_sees_none_of_the_best_matches_finds_what_comes_after_them(room):
    mine = [room.add(title="Calibration", minutes=minute) for minute in (1, 2, 3)]
    for _ in range(200):
        room.add(title="Calibration", minutes=9, seen_by=BOB)
    first = search(ADA, "calibration", limit=2)
    assert [hit.key for hit in first] == [mine[2], mine[1]]
    assert found("calibration", limit=2, after=first[-1].cursor) == [mine[0]]


def _queries(call):
    made = []

    def note(execute, sql, params, many, context):
        made.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        call()
    return made


def test_one_letter_is_looked_for_in_titles_only(room):
    title, _ = room.add(title="Packaging"), room.add(title="Other", text="Packaging")
    assert [found("p"), list(matching_keys(room.model, "p"))] == [[title], [title]]


def test_a_register_filters_by_keys(room, other_room):
    number, title = room.add("SOP-0012", "x"), room.add(title="About SOP 12")
    text = room.add(text="see SOP-0012", seen_by=BOB)
    other_room.add("SOP-0012")
    keys = matching_keys(room.model, "sop-0012")
    assert set(Job.objects.filter(pk__in=keys).values_list("pk", flat=True)) == {number, text}
    assert set(matching_keys(room.model, "sop 12")) == {number, title, text}
    assert list(matching_keys(room.model, "?!")) == []


def test_suggestions_are_numbers_and_titles(room):
    title, number = room.add(title="Calibration", minutes=1), room.add("SOP-0012", "Gauges")
    room.add(title="Other", text="calibration sop-0012")
    assert [hit.key for hit in suggest(ADA, "cal")] == [title]
    assert [hit.key for hit in suggest(ADA, "sop 12")] == [number]


@pytest.mark.parametrize(
    "typed", ["calibraton", "callibration", "claibration", "kalibration", "calibratoin gauges", "calibratn", "calbrat"]
)
def test_a_mistyped_word_is_understood(room, typed):
    wanted = room.add("SOP-0012", "Calibration of gauges")
    room.add("SOP-0013", "Celebration of founders")
    assert [hit.key for hit in suggest(ADA, typed)][:1] == [wanted]


@pytest.mark.parametrize("typed", ["xyzzy", "audit", "calibration founders"])
def test_what_resembles_nothing_is_not_guessed(room, typed):
    room.add("SOP-0012", "Calibration of gauges")
    room.add("SOP-0013", "Celebration of founders")
    assert suggest(ADA, typed) == []


def test_of_equals_the_later_record_comes_first(room):
    keys = [room.add(title="Calibration") for _ in range(2)]
    assert found("calibration") == keys[::-1]
