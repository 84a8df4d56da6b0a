"""Which language a path names, and which paths are translations of each other."""

import pytest

from documents.importing import Seen, propose
from documents.importing.languages import language_of, shared_path


@pytest.mark.parametrize(
    ("path", "language", "shared"),
    [
        ("de/Cleaning.md", "de", "cleaning"),
        ("SOPs/DE/old/Cleaning.md", "de", "SOPs/old/cleaning"),
        ("jp/Open-Source-Policy-Template-1.2-jp.xlsx", "ja", "open source policy template 1 2"),
        ("zh-Hans/Policy-zh-Hans-2.docx", "zh-hans", "policy 2"),
        ("Cleaning_fr.docx", "fr", "cleaning"),
        ("Cleaning (rev B).docx", "", "cleaning"),
        ("it/Backup.md", "", "it/backup"),
        ("hr/Leave.md", "", "hr/leave"),
        ("Guide de travail.md", "", "guide de travail"),
    ],
)
def test_a_path_names_a_language_by_folder_or_ending_and_departments_are_none(path, language, shared):
    assert (language_of(path), shared_path(path)) == (language, shared)


def plan(*paths, **said):
    files = [Seen(path=path, sha256=path, media_type="text/markdown") for path in paths]
    return propose(files, {path: said.get("said", {}).get(path, {}) for path in paths}, ["SOP"]).documents


def shape(documents):
    return [
        [(each.source.path, each.language, [text.source.path for text in each.translations]) for each in document]
        for document in documents
    ]


def test_a_text_without_a_language_is_that_of_the_house_and_governs():
    assert shape(plan("Cleaning.md", "Cleaning_de.md")) == [[("Cleaning.md", "en", ["Cleaning_de.md"])]]


def test_the_first_language_governs_where_the_house_has_none():
    assert shape(plan("fr/Cleaning.md", "de/Cleaning.md")) == [[("de/Cleaning.md", "de", ["fr/Cleaning.md"])]]


def test_revisions_have_their_own_translations():
    found = plan("en/Cleaning rev 1.md", "de/Cleaning rev 1.md", "en/Cleaning rev 2.md")
    assert shape(found) == [
        [("en/Cleaning rev 1.md", "en", ["de/Cleaning rev 1.md"]), ("en/Cleaning rev 2.md", "en", [])]
    ]


def test_a_translation_that_names_no_revision_stands_beside_the_newest():
    found = plan("en/Cleaning rev 1.md", "en/Cleaning rev 2.md", "de/Cleaning.md")
    assert shape(found) == [[("en/Cleaning rev 1.md", "en", []), ("en/Cleaning rev 2.md", "en", ["de/Cleaning.md"])]]


def test_a_mapping_says_the_language_where_a_path_does_not():
    said = {"it/Pulizia.md": {"language": "it", "number": "SOP-0001"}, "Cleaning.md": {"number": "SOP-0001"}}
    assert shape(plan("it/Pulizia.md", "Cleaning.md", said=said)) == [[("Cleaning.md", "en", ["it/Pulizia.md"])]]
