"""ODT: what a DOCX gives, an ODT of the same text gives."""

from qms.core.parsers import Block, Comment, Extracted, Flag, Kind, Outcome, TrackedChange, extract
from tests.core.parsers.making import odt

SPANNED = 'table:number-columns-spanned="2"'
RESOLVED = 'loext:resolved="true"'
STYLES = (
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1"/></text:list-style>'
    '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
)


def read(tmp_path, text: str, **more: str) -> Extracted:
    path = odt(tmp_path / "a.odt", text, automatic=STYLES, **more)
    found = extract(path, path.name)
    assert (found.outcome, found.words) == (Outcome.TEXT, "")
    return found


def test_title_headings_and_paragraphs(tmp_path):
    found = read(
        tmp_path,
        '<text:p text:style-name="P1">Calibration</text:p><text:h text:outline-level="2">Scope</text:h>'
        "<text:p>All<text:s text:c='3'/>gauges<text:line-break/>and<text:tab/>blocks.</text:p>",
    )
    assert found.blocks == (
        Block(Kind.HEADING, "Calibration", 1),
        Block(Kind.HEADING, "Scope", 2),
        Block(Kind.PARAGRAPH, "All gauges\nand blocks."),
    )
    assert found.title == "Calibration"


def test_numbered_steps_and_bullets(tmp_path):
    inner = "<text:list><text:list-item><text:p>inner</text:p></text:list-item></text:list>"
    steps = f"<text:list-item><text:p>First</text:p>{inner}</text:list-item>"
    found = read(
        tmp_path,
        f'<text:list text:style-name="L1">{steps}</text:list>'
        '<text:list text:style-name="L9"><text:list-item><text:p>point</text:p></text:list-item></text:list>',
    )
    assert found.blocks == (
        Block(Kind.NUMBERED_ITEM, "First", 1),
        Block(Kind.NUMBERED_ITEM, "inner", 2),
        Block(Kind.LIST_ITEM, "point", 1),
    )


def test_tables_with_a_header_row_and_cells_over_several_columns(tmp_path):
    def cell(text: str, more: str = "") -> str:
        return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"

    table = (
        f"<table:table><table:table-header-rows><table:table-row>{cell('Grade')}{cell('Limit')}</table:table-row>"
        f"</table:table-header-rows><table:table-row>{cell('all', SPANNED)}"
        "<table:covered-table-cell/></table:table-row></table:table>"
    )
    found = read(tmp_path, table)
    assert found.html == (
        '<div class="table-scroll" role="group" tabindex="0" aria-label="Table"><table>'
        "<thead><tr><th><p>Grade</p></th><th><p>Limit</p></th></tr></thead>"
        '<tbody><tr><td colspan="2"><p>all</p></td></tr></tbody></table></div>'
    )
    assert [block.cells for block in found.blocks] == [("Grade", "Limit"), ("all",)]


def test_open_comments_and_open_changes_are_told_and_are_not_part_of_the_text(tmp_path):
    def comment(text: str, more: str = "") -> str:
        who = "<dc:creator>Ben</dc:creator><dc:date>2026-03-02T09:00:00</dc:date>"
        return f"<office:annotation {more}>{who}<text:p>{text}</text:p></office:annotation>"

    info = "<office:change-info><dc:creator>Ann</dc:creator><dc:date>2026-03-01T08:00:00</dc:date></office:change-info>"
    tracked = (
        f"<text:tracked-changes><text:changed-region><text:deletion>{info}<text:p>one hour</text:p></text:deletion>"
        f"</text:changed-region><text:changed-region><text:insertion>{info}</text:insertion></text:changed-region>"
        "</text:tracked-changes>"
    )
    text = f"<text:p>Wait {comment('Still so?')}two hours{comment('Done.', RESOLVED)}.</text:p>"
    found = read(tmp_path, tracked + text)
    assert [block.text for block in found.blocks] == ["Wait two hours."]
    assert found.comments == (Comment("Ben", "2026-03-02T09:00:00", "Still so?"),)
    assert found.tracked_changes == (
        TrackedChange("deleted", "Ann", "2026-03-01T08:00:00", "one hour"),
        TrackedChange("inserted", "Ann", "2026-03-01T08:00:00", ""),
    )


def test_links_notes_and_pictures(tmp_path):
    note = "<text:note-citation>1</text:note-citation><text:note-body><text:p>At 20 °C.</text:p></text:note-body>"
    link = '<text:a xlink:href="https://a.example/x">the form</text:a>'
    picture = '<draw:frame><draw:image xlink:href="Pictures/1.png"/></draw:frame>'
    found = read(tmp_path, f"<text:p>See {link}<text:note>{note}</text:note> {picture}</text:p>")
    assert [block.text for block in found.blocks] == ["See the form (https://a.example/x)[1] [png ?]", "At 20 °C."]


def test_page_headers_and_properties(tmp_path):
    styles = (
        "<office:document-styles {0}><style:master-page><style:header><text:p>SOP-0012 Rev. 4</text:p></style:header>"
        "<style:footer><text:p>SOP-0012 Rev. 4</text:p></style:footer></style:master-page></office:document-styles>"
    )
    meta = (
        "<office:document-meta {0}><office:meta><meta:initial-creator>Ann</meta:initial-creator>"
        '<meta:user-defined meta:name="Site">Ulm</meta:user-defined></office:meta></office:document-meta>'
    )
    found = read(tmp_path, "<text:p>Text</text:p>", styles=styles, meta=meta)
    assert found.header == (Block(Kind.PARAGRAPH, "SOP-0012 Rev. 4"),)
    assert (dict(found.properties), found.revisions) == ({"author": "Ann", "Site": "Ulm"}, ("4",))


def test_a_picture_from_elsewhere_is_flagged(tmp_path):
    picture = '<draw:frame><draw:image xlink:href="https://a.example/p.png"/></draw:frame>'
    assert read(tmp_path, f"<text:p>Text {picture}</text:p>").flags == {Flag.EXTERNAL_LINKS}
