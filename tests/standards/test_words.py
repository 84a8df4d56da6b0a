"""Words of the field in running text, and on pages."""

import re

import pytest
from django.template import Context, Template

from qms.home.words import HELP_PAGES
from qms.standards.reading import shipped_terms
from qms.standards.words import Glossary
from tests.architecture.source import ROOT

GLOSSARY = Glossary({"audit": "A look.", "audit programme": "Several.", "nonconformity": "No.", "process": "Work."})


def found(text):
    return [(piece, name) for piece, name in GLOSSARY.cut(text) if name]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Audit programmes differ", [("Audit programmes", "audit programme")]),
        ("auditors and auditing", []),
        ("two nonconformities", [("nonconformities", "nonconformity")]),
        ("processes, an audit, another audit", [("processes", "process"), ("audit", "audit")]),
        ("", []),
    ],
)
def test_a_word_is_found_in_one_and_in_many_the_longer_first_and_once(text, said):
    assert found(text) == said


def test_a_text_is_whole_after_it_was_cut():
    text = "An audit of the audit programme: processes & more."
    assert "".join(piece for piece, _name in GLOSSARY.cut(text)) == text


def test_no_word_known_finds_none():
    assert list(Glossary({}).cut("audit")) == [("audit", "")]


def test_a_linked_text_is_escaped_and_tells_what_the_word_means():
    page = Template("{% load glossary %}{{ text|linked:glossary }}")
    assert page.render(Context({"text": "<b>audit", "glossary": GLOSSARY})) == (
        '&lt;b&gt;<a class="term" href="/standards/glossary/#audit" title="A look.">audit</a>'
    )


def test_every_word_that_a_page_leads_to_is_in_the_glossary():
    known = {each.text("term") for each in shipped_terms()}
    on_pages = {
        name
        for path in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'{% term "([^"]+)"', path.read_text(encoding="utf-8"))
    }
    assert (on_pages | {name for page in HELP_PAGES for name in page.terms}) - known == set()
