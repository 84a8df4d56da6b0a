"""An uploaded zip of a folder: what is taken from it, under which names, and what is left out and why."""

import unicodedata
import zipfile
from pathlib import Path

import pytest

from qms.core.parsers import NotTaken, Outcome, unpack_folder
from qms.core.parsers.archives import ZipLimits
from tests.core.parsers.making import locked_zip, lying_zip, zip_of


def unpacked(tmp_path: Path, path: Path, **limits: int):
    into = tmp_path / "into"
    into.mkdir()
    found = unpack_folder(path, into, ZipLimits(**limits)) if limits else unpack_folder(path, into)
    written = sorted(str(each.relative_to(into)) for each in into.rglob("*") if each.is_file())
    assert written == list(found.files)
    return found


def with_names(tmp_path: Path, *names: str) -> Path:
    return zip_of(tmp_path / "a.zip", dict.fromkeys(names, "text"))


def test_files_keep_their_folders_and_their_bytes(tmp_path):
    found = unpacked(tmp_path, zip_of(tmp_path / "a.zip", {"SOPs/Ulm/a b (1).md": "# A", "b.docx": b"\0\1"}))
    assert (found.outcome, found.files, found.not_taken) == (Outcome.TEXT, ("SOPs/Ulm/a b (1).md", "b.docx"), ())
    assert (tmp_path / "into" / "b.docx").read_bytes() == b"\0\1"


@pytest.mark.parametrize("name", ["../a.md", "x/../../a.md", "/etc/passwd", "C:\\a.md", "\\\\server\\a.md", "..\\a.md"])
def test_names_that_point_outside_are_left_out(tmp_path, name):
    found = unpacked(tmp_path, with_names(tmp_path, name, "good.md"))
    assert (found.files, len(found.not_taken)) == (("good.md",), 1)
    assert found.not_taken[0].words.endswith("points outside the folder and is not taken.")


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        (unicodedata.normalize("NFD", "Prüfung.md"), "Prüfung.md"),
        ("手順書/測定.md", "手順書/測定.md"),
        ("الإجراء.md", "الإجراء.md"),
        ("fdp.\u202edm.md", "fdp.dm.md"),
        ("a\nb\x1b.md", "a_b_.md"),
        ("CON.md", "_CON.md"),
        ("aux", "_aux"),
        ("x\\y\\z.md", "x/y/z.md"),
        ("./a//b.md", "a/b.md"),
    ],
)
def test_strange_names_are_made_safe_and_stay_readable(tmp_path, name, taken):
    found = unpacked(tmp_path, with_names(tmp_path, name))
    assert (found.files, found.not_taken) == ((taken,), ())


def test_a_name_longer_than_a_disk_takes_is_left_out(tmp_path):
    found = unpacked(tmp_path, with_names(tmp_path, "ü" * 128 + ".md"))
    assert (found.files, found.not_taken[0].words.endswith("is not a name that a file can be stored under.")) == (
        (),
        True,
    )


def test_names_that_a_zip_program_wrote_in_utf8_without_saying_so_are_read(tmp_path):
    path = with_names(tmp_path, "Pruefung.md")
    data = path.read_bytes().replace(b"Pruefung.md", "Prüfung.md".encode())
    path.write_bytes(data)
    assert unpacked(tmp_path, path).files == ("Prüfung.md",)


def test_two_names_that_are_one_on_another_desk_are_told(tmp_path):
    found = unpacked(tmp_path, with_names(tmp_path, "a/Plan.md", "A/plan.md", "x", "x/y"))
    assert found.files == ("a/Plan.md", "x")
    assert found.not_taken == (
        NotTaken("A/plan.md", "“A/plan.md” is there twice under the same name."),
        NotTaken("x/y", "“x/y” is there twice under the same name."),
    )


def test_what_systems_leave_behind_is_passed_over(tmp_path):
    names = (
        "__MACOSX/._a.md",
        ".DS_Store",
        "x/Thumbs.db",
        "~$a.docx",
        ".~lock.a.odt#",
        "desktop.ini",
        "a.md",
        "folder/",
    )
    found = unpacked(tmp_path, with_names(tmp_path, *names))
    assert (found.files, found.not_taken) == (("a.md",), ())


def test_links_archives_and_bombs_are_left_out_and_the_rest_is_taken(tmp_path):
    path = zip_of(tmp_path / "a.zip", {"good.md": "x", "more.zip": b"PK", "bomb.md": b"0" * 20_000_000})
    with zipfile.ZipFile(path, "a") as package:
        link = zipfile.ZipInfo("link.md")
        link.external_attr = 0o120777 << 16
        package.writestr(link, "/etc/passwd")
    found = unpacked(tmp_path, path)
    assert found.files == ("good.md",)
    assert {each.path: each.words for each in found.not_taken} == {
        "more.zip": "There is an archive inside: “more.zip”. Unpack it first.",
        "bomb.md": "A part of the file is packed to less than a hundredth of its size. It is kept and not read.",
        "link.md": "“link.md” is a link to another place and is not taken.",
    }


def test_a_locked_zip_gives_nothing_and_says_why(tmp_path):
    found = unpacked(tmp_path, locked_zip(tmp_path / "a.zip", {"a.md": "x"}))
    words = "The file is protected with a password. Remove the password and add it again."
    assert (found.files, found.not_taken) == ((), (NotTaken("a.md", words),))


def test_a_damaged_file_in_a_zip_is_told_and_nothing_of_it_is_kept(tmp_path):
    found = unpacked(tmp_path, lying_zip(tmp_path / "a.zip", {"a.md": "x" * 500, "b.md": "y"}, "a.md", 20))
    assert (found.files, found.not_taken) == (
        ("b.md",),
        (NotTaken("a.md", "The file is damaged: “a.md” in it cannot be unpacked."),),
    )


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x05\x06" + bytes(5), b"PK\x05\x06" + bytes(18)])
def test_what_is_no_zip_or_an_empty_one_writes_nothing(tmp_path, data):
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    assert unpacked(tmp_path, path).files == ()


def test_a_zip_of_too_many_files_or_bytes_is_refused_whole(tmp_path):
    path = with_names(tmp_path, *(f"{number}.md" for number in range(20)))
    assert unpacked(tmp_path, path, entries=19).words == "The file holds more than 19 parts and is not unpacked."
    (tmp_path / "into").rmdir()
    path = zip_of(tmp_path / "b.zip", {"a.md": bytes(3_000_000)})
    words = "Unpacked, the file would be larger than 2 MB. It is not unpacked."
    assert unpacked(tmp_path, path, total=2 * 1024 * 1024).words == words


def test_a_directory_of_contents_without_end_is_refused_before_it_is_read(tmp_path):
    path = with_names(tmp_path, "a.md")
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x05\x06")
    data[at + 12 : at + 16] = (0x7FFFFFFF).to_bytes(4, "little")
    path.write_bytes(data)
    assert unpacked(tmp_path, path).words == "The file holds more than 20000 parts and is not unpacked."
