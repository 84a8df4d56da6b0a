"""Markdown and text files, and what a file is by its first bytes and its name."""

import pytest

from qms.core.parsers import Block, Kind, Outcome, Passage, Place, extract
from qms.core.parsers.kinds import Format, Signature, decide, extension, signature
from qms.core.parsers.readers.tidy import clean, cut, revisions


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"%PDF-1.7", Signature.PDF),
        (b"\xef\xbb\xbf%PDF-1.7", Signature.PDF),
        (b"\x1b%-12345X@PJL\n%PDF-1.4", Signature.PDF),
        (b"PK\x03\x04", Signature.ZIP),
        (b"\x89PNG\r\n\x1a\n", Signature.PNG),
        (b"\xff\xd8\xff\xe0", Signature.JPEG),
        (b"RIFF\0\0\0\0WEBP", Signature.WEBP),
        (b"# Heading", Signature.TEXT),
        ("# Überschrift".encode("utf-16"), Signature.TEXT),
        ("Número".encode("cp1252"), Signature.TEXT),
        (b"  <svg>", Signature.MARKUP),
        (b"\x00\x01", Signature.UNKNOWN),
    ],
)
def test_first_bytes_say_what_a_file_is(head, found):
    assert signature(head) is found


@pytest.mark.parametrize(
    ("name", "ending"),
    [("a.DOCX", "docx"), ("a.b.md", "md"), ("README", ""), ("C:\\x\\a.Pdf", "pdf"), (".md", ""), ("a.", "")],
)
def test_the_extension_of_a_name(name, ending):
    assert extension(name) == ending


def test_a_template_with_macros_has_its_own_media_type():
    found = decide(Signature.ZIP, "dotm")
    assert (found.format, found.media_type) == (
        Format.DOCX,
        "application/vnd.ms-word.template.macroEnabled.12",
    )


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("# Über\n\nText".encode(), "Text"),
        (b"\xef\xbb\xbf# A\n\nText", "Text"),
        ("# Über\n\nTéxt".encode("utf-16"), "Téxt"),
        ("# Über\n\nTéxt".encode("cp1252"), "Téxt"),
        (b"# A\r\n\r\nText\r\n", "Text"),
        (b"# A\n\nTe\x0bxt\x7f", "Text"),
    ],
)
def test_markdown_in_any_encoding(tmp_path, data, text):
    path = tmp_path / "a.md"
    path.write_bytes(data)
    assert extract(path, "a.md").blocks[-1] == Block(Kind.PARAGRAPH, text)


def test_markdown_gives_title_html_and_passages(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("---\nowner: Ann\n---\n# Calibration\n\nRevision: 4\n\n## Scope\n\nAll *gauges*.\n")
    found = extract(path, "a.md")
    assert (found.title, found.media_type, found.revisions) == ("Calibration", "text/markdown", ("4",))
    assert found.html == (
        '<h1 id="doc-calibration">Calibration</h1>\n<p>Revision: 4</p>\n'
        '<h2 id="doc-scope">Scope</h2>\n<p>All <em>gauges</em>.</p>\n'
    )
    assert found.passages == (
        Passage(Place.HEADING, "Calibration", "Calibration\nRevision: 4"),
        Passage(Place.HEADING, "Scope", "Scope\nAll gauges."),
    )


def test_plain_text_is_paragraphs_and_parts(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("One.\n\nTwo\nlines.\n")
    found = extract(path, "a.txt")
    assert [block.text for block in found.blocks] == ["One.", "Two\nlines."]
    assert found.passages == (Passage(Place.PART, "1", "One.\n\nTwo\nlines."),)


@pytest.mark.parametrize("text", [" \n\n", "<!-- nothing -->"])
def test_a_text_of_nothing_says_so(tmp_path, text):
    path = tmp_path / "a.md"
    path.write_text(text)
    assert extract(path, "a.md").outcome is Outcome.NO_TEXT


def test_a_text_of_two_million_characters_is_too_long(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("word " * 400_001)
    found = extract(path, "a.md")
    assert (found.outcome, found.words) == (
        Outcome.TOO_BIG,
        "The text has more than 2000000 characters and is kept without being read.",
    )


def test_passages_are_cut_at_white_space_and_lose_no_word():
    text = " ".join(f"wörd{number}" for number in range(20_000))
    pieces = list(cut(text))
    assert (max(len(piece.encode()) for piece in pieces) <= 65_536, " ".join(pieces)) == (True, text)


def test_what_no_database_takes_is_left_out():
    assert clean("a\0b\ud800c\r\nd\x1b[0m e\u0301") == "abc\nd[0m é"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Revision: 4", ["4"]),
        ("Rev. 2.1, Version 1.0", ["2.1", "1.0"]),
        ("SOP-0012 Rev B", ["B"]),
        ("Ausgabe 3", ["3"]),
        ("版本：2.0", ["2.0"]),
        ("Revision history", []),
        ("the version that was", []),
    ],
)
def test_what_looks_like_a_revision(text, found):
    assert revisions([text]) == found
