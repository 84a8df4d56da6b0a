"""The inside of stamping: what must open a stranger's PDF. Runs in the sandbox only; `stamp.py` calls it.

qpdf writes, pdfium looks for ink. Places are points as a reader sees the page: turned, cut to its crop box.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
from pikepdf import Array, AttachedFileSpec, Dictionary, Name, Object, Page, Pdf, String
from PIL import Image

from qms.core.sandboxed import Failure, Refused

MOST_PAGES = 2_000
# A page is looked at with about one pixel a point; a very large one with fewer.
MOST_PIXELS = 2_400
# Lighter than this is paper.
PAPER = 236
# Actions that do more than lead to another place.
ACTIVE = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/RichMediaExecute"}
DEEPEST_FIELD = 32


def survey(path: str) -> dict[str, Any]:
    """Return the width, height and free margins (top, right, bottom, left) of each page, and what else is in the file.

    Raises Refused for a file that is locked, whose owner forbids changes, that is broken, empty or too long.
    """
    with _opened(path) as document:
        signed = _is_signed(document)
        boxes = [_box(page) for page in document.pages]
    looked = pypdfium2.PdfDocument(Path(path))
    try:
        if looked.get_formtype():
            looked.init_forms()
        inks = [_ink(looked[index]) for index in range(len(looked))]
    finally:
        looked.close()
    if len(inks) != len(boxes):
        raise Refused(Failure.BROKEN)
    return {"signed": signed, "pages": [_page(box, ink) for box, ink in zip(boxes, inks, strict=True)]}


@contextmanager
def _opened(path: str) -> Iterator[Pdf]:
    try:
        document = pikepdf.open(path)
    except pikepdf.PasswordError as error:
        raise Refused(Failure.ENCRYPTED) from error
    except pikepdf.PdfError as error:
        raise Refused(Failure.BROKEN) from error
    with document:
        if document.is_encrypted and not document.allow.modify_other:
            raise Refused(Failure.ENCRYPTED, "forbidden")
        if len(document.pages) == 0:
            raise Refused(Failure.BROKEN)
        if len(document.pages) > MOST_PAGES:
            raise Refused(Failure.TOO_BIG)
        yield document


def _page(box: Sequence[float], ink: Sequence[float]) -> dict[str, float]:
    """Put what pdfium saw, as shares of the page, onto the page as qpdf knows it."""
    width, height = _turned(box)
    left, upper, right, lower = ink
    return {
        "width": width,
        "height": height,
        "top": upper * height,
        "right": (1 - right) * width,
        "bottom": (1 - lower) * height,
        "left": left * width,
    }


def _ink(page: pypdfium2.PdfPage) -> tuple[float, float, float, float]:
    """Return where the ink is, as shares of the page; an empty page has it in its middle."""
    width, height = page.get_size()
    scale = min(1.0, MOST_PIXELS / max(width, height, 1))
    picture: Image.Image = page.render(scale=scale, grayscale=True).to_pil().convert("L")
    page.close()
    found = picture.point(lambda shade: 255 if shade < PAPER else 0).getbbox()
    if found is None:
        return 0.5, 0.5, 0.5, 0.5
    left, upper, right, lower = found
    return left / picture.width, upper / picture.height, right / picture.width, lower / picture.height


def _box(page: Page) -> tuple[float, float, float, float, int]:
    """Return the visible box of a page (left, bottom, right, top) and by how much it is turned clockwise."""
    left, bottom, right, top = _corners(page.cropbox)
    outer = _corners(page.mediabox)
    left, bottom = max(left, outer[0]), max(bottom, outer[1])
    right, top = min(right, outer[2]), min(top, outer[3])
    if right - left < 1 or top - bottom < 1:
        left, bottom, right, top = outer
    return left, bottom, right, top, int(_inherited(page.obj, "/Rotate", 0)) % 360


def _corners(box: Any) -> tuple[float, float, float, float]:
    first, second, third, fourth = (float(value) for value in box)
    return min(first, third), min(second, fourth), max(first, third), max(second, fourth)


def _inherited(obj: Object, key: str, default: int) -> Any:
    for _level in range(DEEPEST_FIELD):
        if key in obj:
            return obj[key]
        if "/Parent" not in obj:
            break
        obj = obj["/Parent"]
    return default


def _turned(box: Sequence[float]) -> tuple[float, float]:
    left, bottom, right, top, angle = box
    return (top - bottom, right - left) if angle in (90, 270) else (right - left, top - bottom)


def assemble(
    *,
    body: str,
    overlay: str,
    sheet: str,
    out: str,
    sheet_first: bool,
    facts: Mapping[str, str],
) -> None:
    """Write the stamped file: the body's pages under the overlay's, our own sheet before or after, the body embedded.

    `facts`: title, language, made (PDF date), name and description of the embedded original. What the body would do by
    itself (scripts, actions) and what no longer holds (a claim to be PDF/A, signatures of other bytes) is taken out.
    """
    with _opened(body) as pdf, pikepdf.open(overlay) as layers, pikepdf.open(sheet) as added:
        for index, (page, layer) in enumerate(zip(pdf.pages, layers.pages, strict=True)):
            _lay_over(pdf, page, layer, Name(f"/QmsStamp{index}"))
        _quieten(pdf)
        _name(pdf, facts)
        if sheet_first:
            for place, page in enumerate(added.pages):
                pdf.pages.insert(place, page)
        else:
            pdf.pages.extend(added.pages)
        _embed(pdf, Path(body).read_bytes(), facts)
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _lay_over(document: Pdf, page: Page, layer: Page, name: Name) -> None:
    """Draw a layer over a page, in the place where a reader sees the page's lower left corner.

    Each page has a name of its own for it, since pages may share their resources.
    """
    form = document.copy_foreign(layer.as_form_xobject())
    page.add_resource(form, Name.XObject, name=name)
    placed = " ".join(f"{value:.4f}" for value in _matrix(_box(page)))
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(f"\nQ q /Artifact BMC {placed} cm {name} Do EMC Q\n".encode())


def _matrix(box: Sequence[float]) -> tuple[float, float, float, float, float, float]:
    left, bottom, right, top, angle = box
    return {
        0: (1, 0, 0, 1, left, bottom),
        90: (0, 1, -1, 0, right, bottom),
        180: (-1, 0, 0, -1, right, top),
        270: (0, -1, 1, 0, left, top),
    }[int(angle)]


def _quieten(document: Pdf) -> None:
    """Take out what acts by itself and what this file may not claim; all of it is still in the embedded original."""
    root = document.Root
    for key in ("/AA", "/MarkInfo", "/Metadata", "/OutputIntents", "/Perms"):
        if key in root:
            del root[key]
    if "/OpenAction" in root and isinstance(root["/OpenAction"], Dictionary):
        del root["/OpenAction"]
    if "/Names" in root and "/JavaScript" in root["/Names"]:
        del root["/Names"]["/JavaScript"]
    for page in document.pages:
        _quieten_page(page.obj)
    for field in _fields(document):
        _without_action(field)
        if field.get("/FT") == Name.Sig and "/V" in field:
            del field["/V"]


def _quieten_page(page: Object) -> None:
    if "/AA" in page:
        del page["/AA"]
    notes = page.get("/Annots")
    for note in notes if isinstance(notes, Array) else ():
        if isinstance(note, Dictionary):
            _without_action(note)


def _without_action(obj: Object) -> None:
    if "/AA" in obj:
        del obj["/AA"]
    action = obj.get("/A")
    if isinstance(action, Dictionary) and (str(action.get("/S")) in ACTIVE or "/Next" in action):
        del obj["/A"]


def _is_signed(document: Pdf) -> bool:
    return any(field.get("/FT") == Name.Sig and "/V" in field for field in _fields(document))


def _fields(document: Pdf) -> Iterator[Object]:
    form = document.Root.get("/AcroForm")
    if isinstance(form, Dictionary):
        yield from _field_tree(form.get("/Fields"), DEEPEST_FIELD)


def _field_tree(fields: Any, depth: int) -> Iterator[Object]:
    for field in fields if isinstance(fields, Array) and depth else ():
        if isinstance(field, Dictionary):
            yield field
            yield from _field_tree(field.get("/Kids"), depth - 1)


def _name(document: Pdf, facts: Mapping[str, str]) -> None:
    document.Root["/Lang"] = String(facts["language"])
    document.Root["/ViewerPreferences"] = Dictionary(DisplayDocTitle=True)
    if "/Info" in document.trailer:
        del document.trailer["/Info"]
    document.docinfo["/Title"] = String(facts["title"])
    document.docinfo["/Producer"] = String("QMS")
    document.docinfo["/CreationDate"] = String(facts["made"])
    document.docinfo["/ModDate"] = String(facts["made"])


def _embed(document: Pdf, data: bytes, facts: Mapping[str, str]) -> None:
    name = facts["name"]
    while name in document.attachments:
        name = f"original {name}"
    spec = AttachedFileSpec(
        document,
        data,
        description=facts["description"],
        filename=name,
        mime_type="application/pdf",
        creation_date=facts["made"],
        mod_date=facts["made"],
    )
    document.attachments[name] = spec
    spec.obj["/AFRelationship"] = Name.Source
    document.Root["/AF"] = Array([spec.obj])
