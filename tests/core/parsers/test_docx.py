"""DOCX: headings, lists, tables, pictures, comments, tracked changes, page headers, properties."""

from pathlib import Path

from qms.core.parsers import Block, Comment, Extracted, Kind, Outcome, Passage, Place, TrackedChange, extract
from tests.core.parsers.making import W, docx, docx_parts, p, relations, zip_of

NUMBERING = (
    '<w:numbering {0}><w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/></w:lvl>'
    '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)
STYLES = (
    "<w:styles {0}>"
    '<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/>'
    "</w:pPr></w:style>"
    '<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Ours \' two"/><w:basedOn w:val="Middle"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Middle"><w:name w:val="Middle"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr>'
    "</w:style>"
    '<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style></w:styles>'
)
LISTED = ("n1", "numbering", "numbering.xml")
STYLED = ("s1", "styles", "styles.xml")


def item(text: str, level: int = 0) -> str:
    numbered = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'
    return f"<w:p><w:pPr>{numbered}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def cell(*texts: str) -> str:
    return f"<w:tc>{''.join(map(p, texts))}</w:tc>"


def read(path: Path) -> Extracted:
    found = extract(path, path.name)
    assert (found.outcome, found.words) == (Outcome.TEXT, "")
    return found


def test_headings_count_by_their_level_whatever_their_style_is_called(tmp_path):
    body = p("Calibration", "Titel") + p("Scope", "berschrift1") + p("Gauges", "Own") + p("Text.")
    found = read(docx(tmp_path / "a.docx", body, STYLED, styles=STYLES))
    assert found.blocks == (
        Block(Kind.HEADING, "Calibration", 1),
        Block(Kind.HEADING, "Scope", 1),
        Block(Kind.HEADING, "Gauges", 2),
        Block(Kind.PARAGRAPH, "Text."),
    )
    assert found.title == "Calibration"
    assert found.html == (
        '<h1 id="doc-calibration">Calibration</h1><h1 id="doc-scope">Scope</h1><h2 id="doc-gauges">Gauges</h2>'
        "<p>Text.</p>"
    )


def test_passages_go_from_heading_to_heading(tmp_path):
    body = p("Before.") + p("Scope", "berschrift1") + p("All gauges.") + p("Duty", "berschrift1") + p("Ours.")
    found = read(docx(tmp_path / "a.docx", body, STYLED, styles=STYLES))
    assert found.passages == (
        Passage(Place.HEADING, "", "Before."),
        Passage(Place.HEADING, "Scope", "Scope\nAll gauges."),
        Passage(Place.HEADING, "Duty", "Duty\nOurs."),
    )


def test_numbered_steps_and_the_bullets_in_them_keep_their_depth(tmp_path):
    body = item("First") + item("inner", 1) + item("Second")
    found = read(docx(tmp_path / "a.docx", body, LISTED, numbering=NUMBERING))
    assert found.blocks == (
        Block(Kind.NUMBERED_ITEM, "First", 1),
        Block(Kind.LIST_ITEM, "inner", 2),
        Block(Kind.NUMBERED_ITEM, "Second", 1),
    )
    assert found.html == "<ol><li>First<ul><li>inner</li></ul></li><li>Second</li></ol>"


def test_a_table_is_rows_of_cells_in_a_box_that_scrolls(tmp_path):
    first, second = f"{cell('Grade')}{cell('Limit')}", f"{cell('0')}{cell('2 µm', 'at 20 °C')}"
    body = f"<w:tbl><w:tr>{first}</w:tr><w:tr>{second}</w:tr></w:tbl>"
    found = read(docx(tmp_path / "a.docx", body))
    assert found.blocks == (
        Block(Kind.TABLE_ROW, "Grade\tLimit", 0, ("Grade", "Limit")),
        Block(Kind.TABLE_ROW, "0\t2 µm\nat 20 °C", 0, ("0", "2 µm\nat 20 °C")),
    )
    assert found.html.startswith('<div class="table-scroll" role="group" tabindex="0" aria-label="Table"><table>')


PICTURE = (
    '<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
    '<wp:docPr id="1" name="Picture" descr="Flow of a calibration"/>'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData>'
    '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill>'
    '<a:blip r:embed="i1"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
)


def with_picture(path: Path, data: bytes) -> Extracted:
    parts = docx_parts(p("See ", raw=PICTURE), ("i1", "image", "media/image1.png"))
    return read(zip_of(path, parts | {"word/media/image1.png": data}))


def test_a_picture_is_its_name_and_another_picture_of_the_name_is_another_text(tmp_path):
    first, second = (with_picture(tmp_path / f"{data!r}.docx", data) for data in (b"one", b"two"))
    assert first.html == '<p>See <span class="picture">[Flow of a calibration]</span></p>'
    assert [found.blocks[0].text for found in (first, second)] == [
        "See [Flow of a calibration 7692c3ad]",
        "See [Flow of a calibration 3fc4ccfe]",
    ]


def test_tracked_changes_are_read_as_if_accepted_and_told_one_by_one(tmp_path):
    by = 'w:author="Ann" w:date="2026-03-01T08:00:00Z"'
    body = (
        f"<w:p><w:r><w:t>Wait </w:t></w:r><w:del {by}><w:r><w:delText>one hour</w:delText></w:r></w:del>"
        f"<w:ins {by}><w:r><w:t>two </w:t></w:r></w:ins><w:ins {by}><w:r><w:t>hours</w:t></w:r></w:ins>"
        f"<w:r><w:rPr><w:b/><w:rPrChange {by}><w:rPr/></w:rPrChange></w:rPr><w:t>!</w:t></w:r></w:p>"
    )
    found = read(docx(tmp_path / "a.docx", body))
    when = "2026-03-01T08:00:00Z"
    assert [block.text for block in found.blocks] == ["Wait two hours!"]
    assert found.tracked_changes == (
        TrackedChange("deleted", "Ann", when, "one hour"),
        TrackedChange("inserted", "Ann", when, "two hours"),
        TrackedChange("formatted", "Ann", when, ""),
    )


def test_only_comments_that_nobody_resolved_are_told(tmp_path):
    def comment(number: int, mark: str, text: str) -> str:
        paragraph = f'<w:p w14:paraId="{mark}"><w:r><w:t>{text}</w:t></w:r></w:p>'
        return f'<w:comment w:id="{number}" w:author="Ben" w:date="2026-03-02T09:00:00Z">{paragraph}</w:comment>'

    comments = "<w:comments {0}>" + comment(0, "A", "Is this still so?") + comment(1, "B", "Done already.")
    comments += comment(2, "C", "An answer to what is done.") + "</w:comments>"
    states = '<w15:commentsEx {0}><w15:commentEx w15:paraId="A" w15:done="0"/>'
    states += '<w15:commentEx w15:paraId="B" w15:done="1"/>'
    states += '<w15:commentEx w15:paraId="C" w15:paraIdParent="B" w15:done="0"/></w15:commentsEx>'
    found = read(
        docx(
            tmp_path / "a.docx",
            p("Text", raw='<w:r><w:commentReference w:id="0"/></w:r>'),
            ("c1", "comments", "comments.xml"),
            ("c2", "commentsExtended", "commentsExtended.xml"),
            comments=comments,
            commentsExtended=states,
        )
    )
    assert found.comments == (Comment("Ben", "2026-03-02T09:00:00Z", "Is this still so?"),)
    assert [block.text for block in found.blocks] == ["Text"]


def test_page_headers_and_footers_are_read_once_with_the_revision_in_them(tmp_path):
    head = f"<w:hdr {{0}}><w:tbl><w:tr>{cell('SOP-0012')}{cell('Revision: 4')}</w:tr></w:tbl></w:hdr>"
    found = read(
        docx(
            tmp_path / "a.docx",
            p("Text"),
            ("h1", "header", "header1.xml"),
            ("h2", "header", "header2.xml"),
            ("f1", "footer", "footer1.xml"),
            header1=head,
            header2=head,
            footer1="<w:ftr {0}>" + p("Uncontrolled when printed") + "</w:ftr>",
        )
    )
    assert found.header == (
        Block(Kind.TABLE_ROW, "SOP-0012\tRevision: 4", 0, ("SOP-0012", "Revision: 4")),
        Block(Kind.PARAGRAPH, "Uncontrolled when printed"),
    )
    assert found.revisions == ("4",)


def test_properties_of_the_program_and_of_the_organization(tmp_path):
    core = (
        '<cp:coreProperties xmlns:cp="x" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Ann</dc:creator>'
        "<dc:title>Calibration</dc:title><cp:revision>17</cp:revision></cp:coreProperties>"
    )
    custom = '<Properties xmlns="x"><property name="Document number"><lpwstr>SOP-0012</lpwstr></property></Properties>'
    parts = docx_parts(p("Text")) | {"docProps/core.xml": core, "docProps/custom.xml": custom}
    found = read(zip_of(tmp_path / "a.docx", parts))
    assert dict(found.properties) == {"Document number": "SOP-0012", "author": "Ann", "title": "Calibration"}


def test_runs_cut_at_every_correction_and_fields_between_them_read_as_one_sentence(tmp_path):
    field = "".join(
        f"<w:r><w:rPr><w:lang w:val='de'/></w:rPr>{part}</w:r>"
        for part in (
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText> HYPERLINK "https://a.example/x" </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>the form</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
        )
    )
    run = '<w:proofErr w:type="x"/><w:r w:rsidR="{}"><w:t xml:space="preserve">{}</w:t></w:r>'
    runs = "".join(run.format(*piece) for piece in PIECES)
    found = read(docx(tmp_path / "a.docx", f"<w:p>{runs}{field}</w:p>"))
    assert found.html == ('<p>Fill in now <a href="https://a.example/x" rel="noopener noreferrer">the form</a></p>')
    assert found.blocks[0].text == "Fill in now the form (https://a.example/x)"


PIECES = [(1, "Fi"), (2, "ll in"), (3, " now ")]


def test_a_docx_without_any_text_says_so(tmp_path):
    path = docx(tmp_path / "a.docx", p(""))
    found = extract(path, path.name)
    assert (found.outcome, found.words) == (Outcome.NO_TEXT, "The file holds no text, only pictures.")


def test_notes_stand_at_the_end_and_lead_back(tmp_path):
    notes = (
        '<w:footnotes {0}><w:footnote w:id="2"><w:p><w:r><w:t>At 20 °C.</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    body = p("Rest", raw='<w:r><w:footnoteReference w:id="2"/></w:r>')
    found = read(docx(tmp_path / "a.docx", body, ("n1", "footnotes", "footnotes.xml"), footnotes=notes))
    assert [(block.kind, block.text) for block in found.blocks] == [
        (Kind.PARAGRAPH, "Rest[1]"),
        (Kind.NUMBERED_ITEM, "At 20 °C."),
    ]


def test_a_strict_document_is_read_as_well(tmp_path):
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    parts = docx_parts(p("Strict text"))
    parts["word/document.xml"] = str(parts["word/document.xml"]).replace(W, strict)
    parts["_rels/.rels"] = relations(("r1", "officeDocument", "word/document.xml"))
    found = read(zip_of(tmp_path / "a.docx", parts))
    assert [block.text for block in found.blocks] == ["Strict text"]
