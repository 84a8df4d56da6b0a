"""What the tests read back from a PDF: its text line by line, its pages, and what it claims to be."""

from io import BytesIO

import pikepdf
import pypdfium2


def lines(data: bytes, page: int | None = None) -> list[str]:
    """Return the lines of text of one page, or of all."""
    document = pypdfium2.PdfDocument(data)
    try:
        pages = range(len(document)) if page is None else [page]
        texts = [document[number].get_textpage().get_text_range() for number in pages]
    finally:
        document.close()
    return [line.strip() for text in texts for line in text.splitlines() if line.strip()]


def flowing(data: bytes) -> str:
    """Return all text without any white space, to look for words that a line break may have cut."""
    return "".join("".join(lines(data)).split())


def page_count(data: bytes) -> int:
    with pikepdf.open(BytesIO(data)) as pdf:
        return len(pdf.pages)


def sizes(data: bytes) -> list[tuple[int, int, int]]:
    """Return width, height and rotation of each page, in whole points."""
    with pikepdf.open(BytesIO(data)) as pdf:
        boxes = [(page.mediabox, int(page.obj.get("/Rotate", 0))) for page in pdf.pages]
        return [(round(float(box[2])), round(float(box[3])), angle) for box, angle in boxes]


def claims(data: bytes) -> dict[str, str]:
    """Return what a file says it is: PDF/A part and level, marked, language, title, whether it has a structure tree."""
    with pikepdf.open(BytesIO(data)) as pdf:
        found = {"structure": str("/StructTreeRoot" in pdf.Root), "title": str(pdf.docinfo.get("/Title", ""))}
        found["lang"] = str(pdf.Root.get("/Lang", ""))
        found["marked"] = str(bool(pdf.Root["/MarkInfo"]["/Marked"])) if "/MarkInfo" in pdf.Root else "False"
        metadata = pdf.open_metadata()
        found["pdfa"] = f"{metadata.get('pdfaid:part', '')}{metadata.get('pdfaid:conformance', '')}"
        return found


FONT_FILES = {"/FontFile", "/FontFile2", "/FontFile3"}


def fonts_not_embedded(data: bytes) -> list[str]:
    with pikepdf.open(BytesIO(data)) as pdf:
        found = [obj for obj in pdf.objects if isinstance(obj, pikepdf.Dictionary)]
        descriptors = [obj for obj in found if obj.get("/Type") == pikepdf.Name.FontDescriptor]
        return [str(one.get("/FontName")) for one in descriptors if not FONT_FILES & set(one.keys())]


def attachments(data: bytes) -> dict[str, bytes]:
    with pikepdf.open(BytesIO(data)) as pdf:
        return {spec.filename: spec.get_file().read_bytes() for spec in pdf.attachments.values()}


def tags(data: bytes) -> list[str]:
    """Return the tags of the structure tree, in reading order."""
    with pikepdf.open(BytesIO(data)) as pdf:
        return list(_tags(pdf.Root["/StructTreeRoot"]["/K"]))


def _tags(kids):
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield str(kid["/S"])[1:]
            if "/K" in kid:
                yield from _tags(kid["/K"])


def looks(data: bytes, page: int, scale: float = 0.5):
    """Return a page as a grey picture, to compare what is printed where."""
    document = pypdfium2.PdfDocument(data)
    try:
        return document[page].render(scale=scale, grayscale=True).to_pil().convert("L")
    finally:
        document.close()
