"""XLSX, ODS and CSV as documents: the cells that are filled, as a person would read them."""

import pytest

from qms.core.parsers import Block, Extracted, Flag, Kind, Note, Outcome, Place, extract, words
from tests.core.parsers.making import odt, xlsx

STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>'
    '<numFmt numFmtId="165" formatCode="0.00&quot; days&quot;"/>'
    '<numFmt numFmtId="166" formatCode="[Red]0.0%"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="10"/>'
    '<xf numFmtId="166"/><xf numFmtId="20"/></cellXfs>'
)


def rows(found: Extracted) -> list[tuple[str, ...]]:
    return [block.cells for block in found.blocks if block.kind is Kind.TABLE_ROW]


def read(tmp_path, sheet: str, **more) -> Extracted:
    path = xlsx(tmp_path / "a.xlsx", sheet, styles=STYLES, **more)
    return extract(path, path.name)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c r='A1'><v>12</v></c>", "12"),
        ("<c r='A1'><v>0.30000000000000004</v></c>", "0.3"),
        ("<c r='A1'><v>1E+20</v></c>", "1e+20"),
        ("<c r='A1' t='s'><v>0</v></c>", "shared text"),
        ("<c r='A1' t='s'><v>1</v></c>", "漢字"),
        ("<c r='A1' t='inlineStr'><is><r><t>in </t></r><r><t>line</t></r></is></c>", "in line"),
        ("<c r='A1' t='str'><f>A2</f><v>of a formula</v></c>", "of a formula"),
        ("<c r='A1'><f>1+1</f><v>2</v></c>", "2"),
        ("<c r='A1' t='b'><v>1</v></c>", "TRUE"),
        ("<c r='A1' t='e'><v>#REF!</v></c>", "#REF!"),
        ("<c r='A1' t='d'><v>2026-03-01</v></c>", "2026-03-01"),
        ("<c r='A1' s='1'><v>45717</v></c>", "2025-03-01"),
        ("<c r='A1' s='2'><v>45717.75</v></c>", "2025-03-01 18:00:00"),
        ("<c r='A1' s='1'><v>59</v></c>", "1900-02-28"),
        ("<c r='A1' s='1'><v>61</v></c>", "1900-03-01"),
        ("<c r='A1' s='3'><v>7</v></c>", "7"),
        ("<c r='A1' s='4'><v>0.125</v></c>", "12.5%"),
        ("<c r='A1' s='5'><v>0.5</v></c>", "50%"),
        ("<c r='A1' s='6'><v>0.5</v></c>", "12:00:00"),
        ("<c r='A1' s='1'><v>9999999</v></c>", "9999999"),
        ("<c><v>without a reference</v></c>", "without a reference"),
    ],
)
def test_a_cell_reads_as_its_value(tmp_path, cell, text):
    strings = ["<t>shared text</t>", "<r><t>漢字</t></r><rPh sb='0' eb='1'><t>かんじ</t></rPh>"]
    found = read(tmp_path, f'<row r="1">{cell}</row>', strings=strings)
    assert (found.outcome, rows(found)) == (Outcome.TEXT, [(text,)])


def test_only_filled_rows_and_columns_are_there(tmp_path):
    sheet = (
        '<row r="3"><c r="C3"><v>1</v></c><c r="F3"><v>2</v></c></row><row r="4"><c r="D4" s="1"/></row>'
        '<row r="900"><c r="F900"><v>3</v></c></row>'
    )
    assert rows(read(tmp_path, sheet)) == [("1", "2"), ("", "3")]


def test_an_empty_workbook_has_no_text(tmp_path):
    found = read(tmp_path, "")
    assert (found.outcome, found.blocks, found.html) == (Outcome.NO_TEXT, (), "")


def test_the_first_two_hundred_rows_are_shown_and_all_can_be_searched(tmp_path):
    sheet = "".join(f'<row r="{number}"><c r="A{number}"><v>{number}</v></c></row>' for number in range(1, 301))
    found = read(tmp_path, sheet)
    assert (found.html.count("<tr>"), len(rows(found)), "300" in found.passages[0].text) == (200, 300, True)
    assert found.notes == (Note("sheet_cut", {"sheet": "Register", "shown": 200, "rows": 300}),)
    assert words.note(found.notes[0]) == "Sheet “Register”: the first 200 of 300 rows are shown."


def test_a_sheet_is_a_heading_a_table_and_a_passage(tmp_path):
    sheet = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2"><v>4</v></c></row>'
    )
    found = read(tmp_path, sheet, strings=["<t>Name</t>", "<t>Limit</t>", "<t>a &lt;b&gt;\nc</t>"])
    assert found.blocks[0] == Block(Kind.HEADING, "Register", 2)
    assert [(each.place, each.locator, each.text) for each in found.passages] == [
        (Place.SHEET, "Register", "Register\nName Limit\na <b>\nc 4")
    ]
    assert found.html == (
        '<h2>Register</h2><div class="table-scroll" role="group" tabindex="0" aria-label="Table"><table>'
        "<thead><tr><th>Name</th><th>Limit</th></tr></thead>"
        "<tbody><tr><td>a &lt;b&gt;<br>c</td><td>4</td></tr></tbody></table></div>"
    )


def test_a_line_above_the_table_is_the_title(tmp_path):
    sheet = '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="3"><c r="A3"><v>1</v></c><c r="B3"><v>2</v></c></row>'
    assert read(tmp_path, sheet, strings=["<t>List of gauges</t>"]).title == "List of gauges"


def test_a_workbook_with_macros_is_read_and_flagged(tmp_path):
    found = read(tmp_path, '<row r="1"><c r="A1"><v>1</v></c></row>', **{"xl/vbaProject.bin": b"x"})
    assert (found.outcome, found.flags) == (Outcome.TEXT, {Flag.MACROS})


def test_an_open_document_sheet_reads_the_same(tmp_path):
    def cell(kind: str, value: str, shown: str) -> str:
        return f'<table:table-cell office:value-type="{kind}" {value}><text:p>{shown}</text:p></table:table-cell>'

    line = (
        cell("string", "", "Ann")
        + cell("float", 'office:value="1234.5"', "1.234,50")
        + '<table:table-cell table:number-columns-repeated="3"/>'
        + cell("date", 'office:date-value="2026-03-01"', "01.03.26")
        + cell("percentage", 'office:value="0.125"', "12,5 %")
    )
    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    table = f'<table:table table:name="A"><table:table-row>{line}</table:table-row>{empty}</table:table>'
    path = odt(tmp_path / "a.ods", table, kind="spreadsheet")
    assert rows(extract(path, path.name)) == [("Ann", "1234.5", "2026-03-01", "12,5 %")]


def test_a_csv_is_a_table(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("Name;Größe\r\nAnn;1,5\r\n".encode("cp1252"))
    found = extract(path, path.name)
    assert rows(found) == [("Name", "Größe"), ("Ann", "1,5")]
    assert [words.note(each) for each in found.notes] == [
        "The file does not say how its letters are written; it was read as cp1252."
    ]
