from datetime import datetime
from hashlib import sha256
from io import BytesIO

import pikepdf
import pytest

from qms.core import sandbox
from qms.core.sandboxed import Failure
from qms.reports.controlled import PdfBody
from qms.reports.stamp import EDGE, Leaf, UnreadablePdf, in_ranges, plan_stamps, render_stamped
from qms.reports.stamping import survey
from tests.reports.made import MADE_AT, corpus, from_corpus, make_copy, make_pdf, with_scripts
from tests.reports.reading import attachments, claims, lines, looks, page_count, sizes

A4 = (595, 842)
# Forms, broken fields, Arabic on turned pages, a picture without margins, PDF/A, an attachment inside.
ODD = ["010*/*.pdf", "013*/*.pdf", "015*/*rotated.pdf", "019*/*.pdf", "021*/*.pdf", "025*/*.pdf"]
STAMP = "SOP-0012 · Revision 3 · effective from 2026-11-22 · Uncontrolled when printed"


def stamped(data, name="drawing.pdf", **changes):
    body = PdfBody(data=data, name=name)
    return render_stamped(make_copy(**changes), body, identifier="documents.revision/17", made_at=MADE_AT)


def leaf(width=595, height=842, **free):
    return Leaf(width, height, {side: free.get(side, 0) for side in ("top", "right", "bottom", "left")})


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_a_survey_sees_a_page_as_its_reader_does(tmp_path, angle):
    make_pdf(tmp_path / "a.pdf", (600, 800, angle, (100, 200, 500, 790)))
    (page,) = survey(str(tmp_path / "a.pdf"))["pages"]
    upright = [10, 100, 200, 100]
    turned = upright[-angle // 90 :] + upright[: -angle // 90] if angle else upright
    assert [round(page[side]) for side in ("top", "right", "bottom", "left")] == turned
    assert (page["width"], page["height"]) == ((600, 800) if angle in (0, 180) else (800, 600))


def test_a_page_is_what_its_crop_box_shows(tmp_path):
    def cropped(pdf):
        pdf.pages[0].cropbox = [100, 100, 400, 500]

    make_pdf(tmp_path / "a.pdf", (*A4, 0, (0, 0, 595, 150)), prepare=cropped)
    (page,) = survey(str(tmp_path / "a.pdf"))["pages"]
    assert [round(page[key]) for key in ("width", "height", "top", "bottom")] == [300, 400, 350, 0]


ROOMY = {"top": 100, "right": 60, "bottom": 60, "left": 60}


@pytest.mark.parametrize(
    ("leaves", "stamps", "title"),
    [
        ([leaf(**ROOMY)], ["bottom"], "top"),
        ([leaf(bottom=100, top=40)], ["top"], "bottom"),
        ([leaf(top=100)], ["top"], ""),
        ([leaf(top=100, left=40)], ["left"], "top"),
        ([leaf(top=100, right=40)], ["right"], "top"),
        ([leaf(top=30, bottom=40)], ["bottom"], ""),
        ([leaf(**ROOMY), leaf()], ["bottom", ""], ""),
        ([leaf(**ROOMY), leaf(842, 595, top=40)], ["bottom", "top"], "top"),
        ([leaf(4, 4, top=2)], [""], ""),
        ([leaf(280, 400, top=150, bottom=90)], ["bottom"], ""),
    ],
)
def test_title_and_stamp_go_where_nothing_is_printed(leaves, stamps, title):
    plan = plan_stamps(make_copy(), leaves)
    assert (plan.stamps, plan.title, plan.cover) == (stamps, title, not title)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """A4, A3 across, one page of each rotation, a small label; all with free margins."""
    path = tmp_path_factory.mktemp("stamp") / "mixed.pdf"
    return make_pdf(
        path,
        (*A4, 0, (80, 100, 515, 700)),
        (1191, 842, 0, (60, 60, 1131, 782)),
        (*A4, 90, (60, 60, 535, 782)),
        (*A4, 180, (60, 60, 535, 782)),
        (*A4, 270, (60, 60, 535, 782)),
        (284, 170, 0, (60, 60, 220, 110)),
    )


@pytest.fixture(scope="module")
def mixed_stamped(mixed):
    return stamped(mixed)


def test_pages_keep_their_sizes_and_rotations(mixed_stamped):
    assert sizes(mixed_stamped) == [
        (595, 842, 0),
        (1191, 842, 0),
        (595, 842, 90),
        (595, 842, 180),
        (595, 842, 270),
        (284, 170, 0),
        (595, 842, 0),
    ]


def test_every_page_carries_the_stamp_and_its_number(mixed_stamped):
    found = ["".join(lines(mixed_stamped, page)) for page in range(6)]
    assert [STAMP in text.replace("- ", "-") for text in found[:5]] == [True] * 5
    assert [f"Page {number} of 7" in text for number, text in enumerate(found, start=1)] == [True] * 6
    assert "Page 7 of 7" in " ".join(lines(mixed_stamped, 6))


def test_the_first_page_carries_the_title(mixed_stamped):
    assert lines(mixed_stamped, 0)[:3] == [
        "Calibra Precision Gauges",
        "SOP-0012 Control of measuring equipment",
        "Procedure · Revision 3 · effective from 2026-11-22 · Effective · Maria Lopez · P7 Calibration · Plant 2",
    ]


def test_what_was_printed_is_untouched(mixed, mixed_stamped):
    for page, box in enumerate([(80, 142, 515, 742), (60, 60, 1131, 782), (60, 60, 782, 535)]):
        before, after = (looks(data, page, scale=1).crop(box) for data in (mixed, mixed_stamped))
        assert before.tobytes() == after.tobytes()


def test_the_stamp_stands_upright_at_the_foot_whatever_the_rotation(mixed, mixed_stamped):
    for page in range(1, 5):
        before, after = (looks(data, page, scale=1) for data in (mixed, mixed_stamped))
        foot = (0, after.height - 60, after.width, after.height - int(EDGE) + 2)
        assert before.crop(foot).getextrema() == (255, 255)
        assert after.crop(foot).getextrema()[0] < 128
        assert after.crop((0, 0, after.width, 50)).getextrema() == (255, 255)


def test_the_last_page_says_what_the_file_is_and_who_signed(mixed, mixed_stamped):
    found = lines(mixed_stamped, 6)
    at = found.index("The document")
    assert found[at : at + 5] == [
        "The document",
        "File drawing.pdf",
        "Pages 6",
        f"SHA-256 {sha256(mixed).hexdigest()}",
        "Original Embedded in this PDF, byte for byte.",
    ]
    assert {"Signatures", "Separation set aside", "History of changes", "Jonas Weber"} - set(found) == set()


def test_the_original_is_embedded_byte_for_byte(mixed, mixed_stamped):
    assert attachments(mixed_stamped) == {"drawing.pdf": mixed}


def test_neither_archive_nor_tags_are_claimed(mixed_stamped):
    assert claims(mixed_stamped) == {
        "structure": "False",
        "title": "SOP-0012 Control of measuring equipment",
        "lang": "en",
        "marked": "False",
        "pdfa": "",
    }


def test_the_same_input_gives_the_same_bytes(mixed, mixed_stamped):
    assert stamped(mixed) == mixed_stamped


def test_a_drawing_without_margins_gets_a_cover_and_keeps_its_page(tmp_path):
    data = make_pdf(tmp_path / "a.pdf", (1191, 842, 0, (0, 0, 1191, 842)))
    made = stamped(data)
    assert sizes(made) == [(595, 842, 0), (1191, 842, 0)]
    assert looks(made, 1).tobytes() == looks(data, 0).tobytes()
    found = lines(made, 0)
    assert "Not stamped These pages of the document have no free margin: 1." in found
    assert ("Page 1 of 2" in " ".join(found), lines(made, 1)) == (True, [])


def test_a_cover_has_the_paper_of_the_body(tmp_path):
    data = make_pdf(tmp_path / "a.pdf", (612, 792, 0, (0, 0, 612, 792)))
    assert sizes(stamped(data)) == [(612, 792, 0), (612, 792, 0)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"proof": True}, "DRAFT – not in force"), ({"state": "superseded"}, "SUPERSEDED – do not use")],
)
def test_a_copy_that_is_not_in_force_says_so_across_and_at_the_foot(tmp_path, changes, said):
    data = make_pdf(tmp_path / "a.pdf", (*A4, 0, (80, 100, 515, 700)))
    made = stamped(data, **changes)
    words = [line for line in lines(made, 0) if said in line]
    assert (len(words), "Uncontrolled when printed" in "".join(lines(made))) == (2, False)


def test_what_a_body_would_do_by_itself_is_taken_out(tmp_path):
    data = make_pdf(tmp_path / "a.pdf", (*A4, 0, (80, 100, 515, 700)), prepare=with_scripts)
    made = stamped(data)
    with pikepdf.open(BytesIO(data)) as before, pikepdf.open(BytesIO(made)) as after:
        counted = [sum(b"/JavaScript" in obj.unparse(resolved=True) for obj in pdf.objects) for pdf in (before, after)]
        assert (counted[0] > 0, counted[1]) == (True, 0)
        assert [key for key in ("/OpenAction", "/AA") if key in after.Root] == []
    assert attachments(made) == {"drawing.pdf": data}


def test_a_name_that_is_taken_inside_does_not_hide_the_original(tmp_path):
    def attach(pdf):
        pdf.attachments["drawing.pdf"] = pikepdf.AttachedFileSpec(pdf, b"inner", filename="drawing.pdf")

    data = make_pdf(tmp_path / "a.pdf", (*A4, 0, (80, 100, 515, 700)), prepare=attach)
    assert attachments(stamped(data)) == {"drawing.pdf": b"inner", "original drawing.pdf": data}


def locked(data, **permissions):
    buffer = BytesIO()
    with pikepdf.open(BytesIO(data)) as pdf:
        encryption = pikepdf.Encryption(owner="owner", allow=pikepdf.Permissions(**permissions))
        pdf.save(buffer, encryption=encryption)
    return buffer.getvalue()


def test_a_pdf_whose_owner_forbids_changes_is_refused_in_words(tmp_path):
    data = make_pdf(tmp_path / "a.pdf", (*A4, 0, None))
    with pytest.raises(UnreadablePdf, match="The owner of this PDF has forbidden changes") as refusal:
        stamped(locked(data, modify_other=False))
    assert (refusal.value.failure, refusal.value.code) == (Failure.ENCRYPTED, "unreadable_pdf")


def test_a_pdf_whose_owner_allows_changes_is_stamped(tmp_path):
    data = make_pdf(tmp_path / "a.pdf", (*A4, 0, None))
    assert page_count(stamped(locked(data, extract=False))) == 2


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\nnothing", b"GIF89a", b"%PDF-1.4\n%%EOF"])
def test_a_broken_pdf_is_refused_in_words(data):
    with pytest.raises(UnreadablePdf, match="damaged") as refusal:
        stamped(data)
    assert refusal.value.failure is Failure.BROKEN


def test_a_page_of_absurd_size_is_stamped_all_the_same(tmp_path):
    def blown_up(pdf):
        pdf.pages[0].obj["/MediaBox"] = pikepdf.Array([0, 0, 1_000_000, 1_000_000])

    data = make_pdf(tmp_path / "a.pdf", (*A4, 0, (0, 0, 9, 9)), prepare=blown_up)
    assert sizes(stamped(data))[0] == (1_000_000, 1_000_000, 0)


def test_a_pdf_of_too_many_pages_is_refused_in_words(tmp_path):
    data = make_pdf(tmp_path / "a.pdf", *[(*A4, 0, None)] * 2001)
    with pytest.raises(UnreadablePdf, match="too large") as refusal:
        stamped(data)
    assert refusal.value.failure is Failure.TOO_BIG


def test_a_time_without_its_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        render_stamped(make_copy(), PdfBody(data=b"", name="x"), identifier="x", made_at=datetime(2026, 1, 1))


@pytest.mark.parametrize(("numbers", "words"), [([], ""), ([1], "1"), ([1, 2, 3], "1–3"), ([1, 3, 4, 9], "1, 3–4, 9")])
def test_numbers_are_told_in_short(numbers, words):
    assert in_ranges(numbers) == words


@from_corpus("g8-odd-pdfs/**/*.pdf")
def test_odd_pdfs_are_surveyed_or_refused(path):
    result = sandbox.run("qms.reports.stamping:survey", {"path": str(path)})
    if "password" in path.name:
        assert result.failure is Failure.ENCRYPTED
        return
    seen = [(round(page["width"]), round(page["height"])) for page in result.value["pages"]]
    turned = [(height, width) if angle % 180 else (width, height) for width, height, angle in sizes(path.read_bytes())]
    assert seen == turned


@pytest.mark.parametrize("pattern", ODD)
def test_odd_pdfs_are_stamped_and_keep_their_pages_and_bytes(pattern):
    found = corpus(f"g8-odd-pdfs/{pattern}")
    if not found:
        pytest.skip(f"no corpus: {pattern}")
    data = found[0].read_bytes()
    made = stamped(data, found[0].name)
    before = sizes(data)
    assert (attachments(made)[found[0].name] == data, [size for size in before if size not in sizes(made)]) == (
        True,
        [],
    )
    assert page_count(made) > len(before)


def test_a_locked_pdf_is_refused_in_words():
    found = corpus("g8-odd-pdfs/005*/*.pdf")
    if not found:
        pytest.skip("no corpus: g8-odd-pdfs/005*/*.pdf")
    with pytest.raises(UnreadablePdf, match="protected with a password"):
        stamped(found[0].read_bytes())


@from_corpus("g3-fedramp-pdf/documents/rev4/FedRAMP_*.pdf")
def test_real_pdfs_keep_their_text(path):
    data = path.read_bytes()
    made = "".join("".join(lines(stamped(data, path.name))).split())
    assert [line for line in lines(data) if "".join(line.split()) not in made] == []


@from_corpus("g2-openchain-docx-xlsx/Open-Source-Compliance-Support-Material/Activity-Checklists/en/P*.pdf")
def test_a_checklist_is_stamped_in_its_margins(path):
    made = stamped(path.read_bytes(), path.name)
    assert ("Page 1 of " in "".join(lines(made, 0)), "SOP-0012" in "".join(lines(made, 0))) == (True, True)
