"""The word cutter: one way of cutting for both databases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.search.matching import fts5, tsquery
from qms.search.words import (
    LONGEST_WORD,
    MOST_TERMS,
    Term,
    clean,
    fold,
    index_words,
    number_key,
    number_words,
    question,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Torque WRENCH", "torque wrench"),
        ("Überprüfung", "uberprufung"),
        ("u\u0308ber", "uber"),
        ("Straße", "strasse"),
        ("Ærø Łódź", "aero lodz"),
        ("İstanbul ısı", "istanbul isi"),
        ("ﬁnal", "final"),
        ("ＩＳＯ　９００１", "iso 9001"),
        ("Việt Nam", "viet nam"),
        ("Ёлка", "елка"),
        ("Ἀθῆναι", "αθηναι"),
        ("إِجْراءُ", "اجراء"),
        ("مستـــند", "مستند"),
        ("٢٠٢٦", "2026"),
        ("pro\u00adce\u00addure", "procedure"),
        ("が ぎ", "が ぎ"),
        ("품질", "품질"),
        ("m²", "m2"),
    ],
)
def test_writing_makes_no_difference(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", set()),
        ("Torque wrench, torque.", {"torque", "wrench"}),
        ("SOP-0012", {"sop", "0012", "12", "sop·0012", "sop·12"}),
        ("SOP0012", {"sop0012", "sop", "0012", "12", "sop·0012", "sop·12"}),
        ("7.5.2", {"7", "5", "2", "7·5·2"}),
        ("ISO 9001:2015", {"iso", "9001", "2015", "9001·2015"}),
        ("end-to-end and/or", {"end", "to", "and", "or"}),
        ("a1b2c3d4e5f6", {"a1b2c3d4e5f6"}),
        ("Prüfung", {"prufung", "pruefung"}),
        ("品質管理", {"品質", "質管", "管理", "理"}),
        ("ISO9001認証", {"iso9001", "iso", "9001", "iso·9001", "認証", "証"}),
        ("हिन्दी भाषा", {"हिन्दी", "भाषा"}),
        ("คุณภาพ", {"คุ", "ุณ", "ณภ", "ภา", "าพ", "พ"}),
        ("_under_score_", {"under", "score"}),
        ("QP_04", {"qp", "04", "4", "qp·04", "qp·4"}),
        ("x" * 60, {"x" * LONGEST_WORD}),
    ],
)
def test_a_text_is_found_by_these_words(text, words):
    assert index_words(text) == words


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("?! \"'*", ()),
        ("torque wre", (Term(("torque",)), Term(("wre",), prefix=True))),
        ("torque ", (Term(("torque",)),)),
        ("torque torque ", (Term(("torque",)),)),
        ("SOP-00", (Term(("sop·00", "sop·0"), prefix=True),)),
        ("iso9001 ", (Term(("iso",)), Term(("9001",)))),
        ("Prüf", (Term(("pruf", "pruef"), prefix=True),)),
        ("p", (Term(("p",), prefix=True),)),
        ("schedule p", (Term(("schedule",)),)),
        ("annex 5", (Term(("annex",)), Term(("5",)))),
        ("品", (Term(("品",), prefix=True),)),
        ("品質管", (Term(("品質",)), Term(("質管",)))),
        ("NOT x OR (y* AND z)", tuple(Term((word,)) for word in ("not", "x", "or", "y", "and"))),
    ],
)
def test_what_is_typed_is_words(text, terms):
    assert question(text) == terms


def test_only_the_first_words_of_a_long_question_count():
    terms = question(" ".join(f"word{'abcdefghijklmnopqrst'[number]}" for number in range(20)))
    assert [len(terms), any(term.prefix for term in terms)] == [MOST_TERMS, False]
    assert question("x" * 10_000) == (Term(("x" * LONGEST_WORD,)),)


@pytest.mark.parametrize("text", ["SOP-0012", "sop 12", "Sop12", "SOP_00012", "ＳＯＰ－１２", " sop  -12. "])
def test_a_number_is_the_same_however_it_is_written(text):
    assert number_key(text) == "sop·12"


def test_a_number_is_found_by_its_key_whatever_stands_between_its_parts():
    assert number_words("SOP 0012 b") == {"sop", "0012", "12", "b", "sop·0012·b", "sop·12·b"}
    assert number_words("") == set()
    ends = {"p", "1", "p1", "wi", "004", "4", "p·1·wi·004", "p·1·wi·4", "wi·004", "wi·4"}
    assert number_words("P1-WI-004") == ends


def test_parts_of_a_number_are_told_apart():
    assert [number_key("SOP-1-2"), number_key("SOP-12"), number_key("---")] == ["sop·1·2", "sop·12", ""]


def test_what_no_database_takes_is_left_out():
    assert clean("a\x00b\ud800c e\u0301") == "a b?c é"


_ANY = st.text(max_size=60) | st.text(alphabet="SOPsop-./: 0129üé品質\"'*()&|!:\\\x00", max_size=40)


@given(_ANY)
def test_a_text_holds_every_word_that_is_asked_with_it(text):
    words = index_words(text)
    for term in question(text + " "):
        assert any(word in words or (term.prefix and any(w.startswith(word) for w in words)) for word in term.words)


@given(_ANY)
def test_no_word_can_leave_its_quotes(text):
    words = index_words(text) | {word for term in question(text) for word in term.words}
    assert not [word for word in words if set(word) & set("\"'\\ \x00*&|!():") or not word]
    assert all(len(word) <= LONGEST_WORD for word in words)


def test_terms_in_the_languages_of_both_databases():
    terms = (Term(("prufung", "pruefung")), Term(("sop·12",), prefix=True))
    assert fts5(terms) == '("prufung" OR "pruefung") AND ("sop·12"*)'
    assert tsquery(terms) == "('prufung' | 'pruefung') & ('sop·12':*)"
