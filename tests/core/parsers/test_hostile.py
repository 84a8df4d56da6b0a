"""Hostile files, made here and never committed: each is answered in words, costs little, and leaves nothing behind."""

import io
import resource
import time
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from qms.core.parsers import Flag, Kind, Outcome, extract, page_images, read_table
from tests.core.parsers import making

GIGABYTE = 1024**3
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(10))
    + "]>"
)


def told(path: Path, name: str = "") -> tuple[Outcome, str]:
    """What a person is told of a file."""
    found = extract(path, name or path.name)
    return found.outcome, found.words


def document(text: str, head: str = making.XML) -> str:
    return f'{head}<w:document xmlns:w="{making.W}"><w:body>{text}</w:body></w:document>'


def test_a_docx_that_grows_to_hundreds_of_megabytes_is_refused_before_it_is_unpacked(tmp_path):
    path = making.docx_bomb(tmp_path / "bomb.docx")
    start = time.monotonic()
    assert told(path) == (Outcome.TOO_BIG, "Unpacked, the file would be larger than 300 MB. It is not unpacked.")
    assert time.monotonic() - start < 5


def test_a_part_that_grows_more_than_a_hundred_times_is_refused(tmp_path):
    path = making.docx(tmp_path / "bomb.docx", making.p("A" * 20_000_000))
    assert told(path) == (
        Outcome.TOO_BIG,
        "A part of the file is packed to less than a hundredth of its size. It is kept and not read.",
    )


def test_a_part_that_is_larger_than_its_directory_says_is_damage(tmp_path):
    parts = making.docx_parts(making.p("A" * 5_000))
    path = making.lying_zip(tmp_path / "liar.docx", parts, "word/document.xml", 100)
    assert told(path) == (Outcome.BROKEN, "The file is damaged: “word/document.xml” in it cannot be unpacked.")


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "docProps/core.xml"])
def test_entities_that_multiply_are_refused_in_any_part(tmp_path, part):
    parts = making.docx_parts(making.p("Text")) | {part: LAUGHS + "<l>&k;</l>"}
    outcome, words = told(making.zip_of(tmp_path / "laughs.docx", parts))
    assert (outcome, words) == (
        Outcome.BROKEN,
        "The file defines entities of its own, which no office program does. It is kept and not read.",
    )


def test_an_entity_that_names_a_file_of_the_server_shows_none_of_it(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret of the server")
    head = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file://{secret}">]>'
    parts = making.docx_parts("") | {"word/document.xml": document(making.p("&x;"), head)}
    found = extract(making.zip_of(tmp_path / "xxe.docx", parts), "xxe.docx")
    assert (found.outcome, "secret" in repr(found)) == (Outcome.BROKEN, False)


def test_entities_in_a_sheet_and_in_an_open_document_are_refused_too(tmp_path):
    sheet = LAUGHS + f'<worksheet xmlns="{making.S}"><sheetData><row r="1"><c r="A1"/></row></sheetData></worksheet>'
    book = making.xlsx(tmp_path / "laughs.xlsx", "", xl__worksheets__sheet1=b"")
    with zipfile.ZipFile(book) as package:
        parts = {name: package.read(name) for name in package.namelist() if name != "xl/worksheets/sheet1"}
    assert told(making.zip_of(book, parts | {"xl/worksheets/sheet1.xml": sheet}))[0] is Outcome.BROKEN
    text = making.odt(tmp_path / "laughs.odt", "")
    with zipfile.ZipFile(text) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    assert told(making.zip_of(text, parts | {"content.xml": LAUGHS + "<l>&k;</l>"}))[0] is Outcome.BROKEN


def test_a_pdf_packed_twice_is_refused_before_it_is_unpacked(tmp_path):
    path = making.double_flate_pdf(tmp_path / "bomb.pdf")
    words = "The content of the PDF is packed twice over and would grow without end. It is kept and not read."
    assert (path.stat().st_size < 20_000, told(path)) == (True, (Outcome.TOO_BIG, words))
    assert page_images(path, tmp_path, 800, [1]).words == words


def test_a_pdf_whose_page_is_a_gigabyte_of_nothing_stays_below_a_gigabyte_of_memory(tmp_path):
    path = making.single_flate_pdf(tmp_path / "bomb.pdf")
    assert extract(path, path.name).outcome in {Outcome.TOO_BIG, Outcome.TIMED_OUT, Outcome.NO_TEXT}
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < GIGABYTE


def test_a_long_sheet_shows_its_first_rows_and_says_that_there_are_more(tmp_path):
    path = making.xlsx_of_many_cells(tmp_path / "long.xlsx", 100_000)
    found = extract(path, path.name)
    assert (found.outcome, [(note.code, note.facts) for note in found.notes]) == (
        Outcome.TEXT,
        [("sheet_long", {"sheet": "Register", "shown": 200, "rows": 20_000})],
    )


def test_a_used_range_to_the_last_row_costs_nothing(tmp_path):
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"/></row>'
    found = extract(making.xlsx(tmp_path / "range.xlsx", rows), "range.xlsx")
    assert [block.cells for block in found.blocks if block.kind is Kind.TABLE_ROW] == [("1",)]


def test_rows_and_cells_that_claim_to_be_repeated_without_end_cost_nothing(tmp_path):
    cell = '<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
    rows = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    path = making.odt(tmp_path / "r.ods", f'<table:table table:name="A">{rows}</table:table>', kind="spreadsheet")
    found = extract(path, path.name)
    assert (found.outcome, len(found.blocks)) == (Outcome.TEXT, 1_001)


def test_a_picture_of_nine_hundred_million_points_is_not_opened(tmp_path):
    path = tmp_path / "large.png"
    header = b"".join((30_000).to_bytes(4, "big") for _side in range(2)) + b"\x08\x00\x00\x00\x00"

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    rows = zlib.compress(bytes(1_000_000), 9)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    words = "The picture has more than 40 million pixels and is not shown."
    assert told(path) == (Outcome.TOO_BIG, words)
    assert page_images(path, tmp_path, 800, [1]).words == words


# Names and containers


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "word/../../x", "C:/x.xml", "..\\x"])
def test_an_office_file_with_a_part_that_points_outside_is_refused(tmp_path, name):
    path = making.zip_of(tmp_path / "a.docx", making.docx_parts(making.p("Text")) | {name: "x"})
    outcome, words = told(path)
    assert (outcome, words.endswith("points outside the folder and is not taken.")) == (Outcome.BROKEN, True)


def test_an_office_file_with_a_symbolic_link_is_refused(tmp_path):
    path = making.docx(tmp_path / "a.docx", making.p("Text"))
    with zipfile.ZipFile(path, "a") as package:
        link = zipfile.ZipInfo("word/link.xml")
        link.external_attr = 0o120777 << 16
        package.writestr(link, "/etc/passwd")
    assert told(path) == (Outcome.BROKEN, "“word/link.xml” is a link to another place and is not taken.")


def test_an_office_file_with_an_archive_in_it_is_refused(tmp_path):
    path = making.zip_of(tmp_path / "a.docx", making.docx_parts(making.p("Text")) | {"word/more.zip": "x"})
    assert told(path) == (Outcome.UNSUPPORTED, "There is an archive inside: “word/more.zip”. Unpack it first.")


def test_an_office_file_with_one_name_twice_is_refused(tmp_path):
    path = making.docx(tmp_path / "a.docx", making.p("Text"))
    with zipfile.ZipFile(path, "a") as package, pytest.warns(UserWarning, match="Duplicate name"):
        package.writestr("word/document.xml", "x")
    assert told(path) == (Outcome.BROKEN, "“word/document.xml” is there twice under the same name.")


def test_an_office_file_of_too_many_parts_is_refused(tmp_path):
    parts = making.docx_parts(making.p("Text")) | {f"word/x{number}.xml": "<x/>" for number in range(2_000)}
    assert told(making.zip_of(tmp_path / "a.docx", parts)) == (
        Outcome.TOO_BIG,
        "The file holds more than 2000 parts and is not unpacked.",
    )


@pytest.mark.parametrize("ending", ["docx", "xlsx", "odt", "ods"])
def test_an_office_file_cut_short_is_damaged(tmp_path, ending):
    path = making.docx(tmp_path / f"a.{ending}", making.p("Text" * 100))
    path.write_bytes(path.read_bytes()[:-200])
    assert told(path) == (Outcome.BROKEN, "The file is damaged: its list of contents cannot be read.")


@pytest.mark.parametrize("ending", ["docx", "xlsx", "odt", "ods", "pdf", "png", "jpg", "md", "csv", "zip", "exe", ""])
def test_a_file_of_no_bytes_is_empty_whatever_it_is_called(tmp_path, ending):
    path = tmp_path / "nothing"
    path.write_bytes(b"")
    assert told(path, f"nothing.{ending}") == (Outcome.BROKEN, "The file is empty: it has no bytes.")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("a.html", "<!doctype html><script>alert(1)</script>"),
        ("a.xhtml", '<?xml version="1.0"?><html><script/></html>'),
    ],
)
def test_markup_is_kept_and_never_shown(tmp_path, name, content):
    path = tmp_path / "body"
    path.write_text(content)
    found = extract(path, name)
    assert (found.outcome, found.media_type, found.html) == (Outcome.UNSUPPORTED, "application/octet-stream", "")
    assert found.words == "Web pages and drawings with markup are kept and never shown, because they may carry scripts."


DISAGREE = "The name of the file says one kind and its content is another. It is kept and not shown."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.pdf", b"<html><script>alert(1)</script>%PDF-1.4 "),
        ("picture.gif", b"/*GIF89a*/ alert(1)"),
        ("script.png", b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)"),
        ("archive.docx", b"Rar!\x1a\x07\x00"),
        ("program.md", b"MZ\x90\x00\x03" + bytes(100)),
        ("program.pdf", b"\x7fELF" + bytes(100)),
        ("notes.txt", b"\x00\x01\x02 binary"),
        ("old.docx", b"%PDF-1.4\n"),
    ],
)
def test_a_name_that_says_something_else_than_the_content_is_refused(tmp_path, name, content):
    path = tmp_path / "body"
    path.write_bytes(content)
    found = extract(path, name)
    assert (found.outcome, found.words, found.media_type) == (
        Outcome.UNSUPPORTED,
        DISAGREE,
        "application/octet-stream",
    )


def test_a_workbook_named_as_a_document_is_refused(tmp_path):
    path = making.xlsx(tmp_path / "book.docx", "")
    assert told(path) == (Outcome.UNSUPPORTED, DISAGREE)


@pytest.mark.parametrize(
    "name",
    ["fdp.\u202excod.docx", "CON.docx", "a\0b.docx", "é" * 120 + ".docx", "../../x.docx", "\udcff.docx", "a\r\nb.docx"],
)
def test_a_strange_name_makes_no_difference_to_the_reading(tmp_path, name):
    path = making.docx(tmp_path / "body", making.p("Text"))
    assert extract(path, name).outcome is Outcome.TEXT


# Locked and broken


def test_a_pdf_under_a_password_says_so(tmp_path):
    path = making.pdf(tmp_path / "a.pdf", [[(12, "Secret")]])
    with pikepdf.open(path, allow_overwriting_input=True) as file:
        file.save(path, encryption=pikepdf.Encryption(user="open", owner="own"))
    assert told(path) == (Outcome.ENCRYPTED, "The file is protected with a password and cannot be read.")


def test_a_pdf_that_anybody_may_open_is_read_though_it_is_encrypted(tmp_path):
    path = making.pdf(tmp_path / "a.pdf", [[(12, "Open to all")]])
    with pikepdf.open(path, allow_overwriting_input=True) as file:
        file.save(path, encryption=pikepdf.Encryption(user="", owner="own"))
    assert [passage.text for passage in extract(path, path.name).passages] == ["Open to all"]


@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_an_office_file_under_a_password_says_so(tmp_path, ending):
    path = making.ole(tmp_path / f"a.{ending}", "EncryptionInfo", "EncryptedPackage")
    words = "The file is protected with a password. Remove the password and add it again to have it read."
    assert told(path) == (Outcome.ENCRYPTED, words)


def test_an_office_file_in_a_locked_zip_says_so(tmp_path):
    path = making.locked_zip(tmp_path / "a.odt", making.docx_parts(making.p("Text")))
    words = "The file is protected with a password. Remove the password and add it again."
    assert told(path) == (Outcome.ENCRYPTED, words)


def test_an_open_document_under_a_password_says_so(tmp_path):
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"
    )
    path = making.odt(tmp_path / "a.odt", "", **{"META-INF__manifest": manifest})
    assert told(path)[0] is Outcome.ENCRYPTED


@pytest.mark.parametrize("name", ["a.doc", "a.xls", "a.ppt", "a.docx"])
def test_a_file_of_an_old_office_program_says_what_to_do(tmp_path, name):
    path = making.ole(tmp_path / "body", "WordDocument", "Workbook")
    words = "This is a file of an old Office program. Save it as DOCX, XLSX or PDF to have it read."
    assert told(path, name) == (Outcome.UNSUPPORTED, words)
    assert read_table(path, name).words == words


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.4\nxref\n0 0\ntrailer<<>>\n%%EOF", b"%PDF-" + bytes(5000)])
def test_a_pdf_without_a_body_is_damaged(tmp_path, content):
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    assert told(path) == (Outcome.BROKEN, "The file is damaged and cannot be read.")


def test_a_pdf_cut_short_is_read_as_far_as_it_can_be_or_damaged(tmp_path):
    path = making.pdf(tmp_path / "a.pdf", [[(12, f"Page {number}")] for number in range(1, 4)])
    path.write_bytes(path.read_bytes()[:-400])
    assert extract(path, path.name).outcome in {Outcome.TEXT, Outcome.NO_TEXT, Outcome.BROKEN}


def test_a_pdf_of_too_many_pages_is_refused(tmp_path):
    path = making.pdf(tmp_path / "a.pdf", [[] for _page in range(2_001)])
    assert told(path) == (Outcome.TOO_BIG, "The PDF has more than 2000 pages and is kept without being read.")


def test_a_docx_without_a_document_in_it_is_damaged(tmp_path):
    parts = making.docx_parts("")
    del parts["word/document.xml"]
    path = making.zip_of(tmp_path / "a.docx", parts)
    assert told(path) == (Outcome.BROKEN, "The file is damaged: the part “word/document.xml” is missing.")


def test_a_docx_of_half_an_xml_is_damaged(tmp_path):
    parts = making.docx_parts("") | {"word/document.xml": "<w:document"}
    path = making.zip_of(tmp_path / "a.docx", parts)
    assert told(path) == (Outcome.BROKEN, "The file is damaged: a part of it is not well-formed XML.")


def test_tables_nested_a_hundred_deep_end_in_an_answer(tmp_path):
    start, end = "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"
    path = making.docx(tmp_path / "a.docx", start * 80 + making.p("Deep") + end * 80)
    assert extract(path, path.name).outcome in {Outcome.TEXT, Outcome.BROKEN}


def test_markup_in_a_text_never_becomes_markup(tmp_path):
    text = "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;"
    found = extract(making.docx(tmp_path / "a.docx", making.p(text)), "a.docx")
    assert found.html == "<p>&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;</p>"


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//evil.example/x"]
)
def test_a_link_that_does_something_else_than_lead_somewhere_is_no_link(tmp_path, target):
    link = '<w:hyperlink r:id="l1"><w:r><w:t>here</w:t></w:r></w:hyperlink>'
    path = making.docx(tmp_path / "a.docx", making.p("", raw=link), ("l1", "hyperlink", target))
    assert extract(path, path.name).html == '<p><a rel="noopener noreferrer">here</a></p>'


def test_a_style_map_hidden_in_a_docx_cannot_choose_the_markup(tmp_path):
    parts = making.docx_parts(making.p("Text")) | {"mammoth/style-map": "p => script"}
    path = making.zip_of(tmp_path / "a.docx", parts)
    assert extract(path, path.name).html == "<p>Text</p>"


def test_what_a_docx_would_fetch_or_run_is_flagged_and_neither_fetched_nor_run(tmp_path):
    parts = making.docx_parts(
        making.p("Text", raw='<w:r><w:instrText>DDEAUTO c:\\\\x "a"</w:instrText></w:r>'),
        ("t1", "attachedTemplate", "http://127.0.0.1:9/evil.dotm"),
    )
    parts |= {"word/vbaProject.bin": b"x", "word/embeddings/oleObject1.bin": b"x"}
    path = making.zip_of(tmp_path / "a.docm", parts)
    found = extract(path, path.name)
    assert (found.outcome, found.flags) == (
        Outcome.TEXT,
        {Flag.MACROS, Flag.EXTERNAL_LINKS, Flag.EMBEDDED_FILES, Flag.DDE},
    )


def test_what_a_pdf_would_run_is_flagged(tmp_path):
    path = making.pdf(tmp_path / "a.pdf", [[(12, "Text")]])
    with pikepdf.open(path, allow_overwriting_input=True) as file:
        file.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe")
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)
        file.pages[0].Annots = pikepdf.Array([link])
        file.attachments["a.txt"] = b"inside"
        file.save(path)
    assert extract(path, path.name).flags == {Flag.JAVASCRIPT, Flag.LAUNCH, Flag.EMBEDDED_FILES}


def test_nothing_is_left_in_the_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    bomb = making.docx(tmp_path / "a.docx", making.p("A" * 5_000_000))
    broken = tmp_path / "b.pdf"
    broken.write_bytes(b"%PDF-1.4 nothing")
    assert [extract(path, path.name).outcome for path in (bomb, broken)] == [Outcome.TOO_BIG, Outcome.BROKEN]
    assert list((tmp_path / "temporary").iterdir()) == []


def test_previews_carry_nothing_of_the_original_but_its_picture(tmp_path):
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken at the secret plant"
    exif[0x0112] = 6
    Image.new("RGB", (400, 200), "white").save(buffer, "JPEG", exif=exif)
    path = tmp_path / "photo.jpg"
    path.write_bytes(buffer.getvalue())
    preview = Path(page_images(path, tmp_path, 100, [1]).items[0])
    with Image.open(preview) as picture:
        assert (picture.size, dict(picture.getexif())) == ((100, 200), {})
