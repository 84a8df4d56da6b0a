"""Files made for the tests: small honest ones, and the generators of hostile ones, so that no bomb is committed."""

import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import pikepdf

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'

Parts = Mapping[str, str | bytes]


def zip_of(path: Path, parts: Parts, *, stored: bool = False) -> Path:
    """A zip of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return path


def relations(*each: tuple[str, str, str]) -> str:
    """The relations of a part: (id, last word of the type, target); a target with a colon lies outside."""
    outside = ' TargetMode="External"'
    lines = (
        f'<Relationship Id="{key}" Type="{R}/{kind}" Target="{target}"' + (outside if ":" in target else "") + "/>"
        for key, kind, target in each
    )
    return f'{XML}<Relationships xmlns="{PACKAGE}">{"".join(lines)}</Relationships>'


def docx_parts(body: str, *related: tuple[str, str, str], **more: str) -> dict[str, str | bytes]:
    """The parts of a DOCX with this body; further parts of the word folder by their names."""
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    namespaces = f'xmlns:w="{W}" xmlns:w14="{W14}" xmlns:w15="{W15}" xmlns:r="{R}"'
    return {
        "[Content_Types].xml": XML + types,
        "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": relations(*related),
        "word/document.xml": f"{XML}<w:document {namespaces}><w:body>{body}</w:body></w:document>",
        **{f"word/{name}.xml": str(part).format(namespaces) for name, part in more.items()},
    }


def docx(path: Path, body: str, *related: tuple[str, str, str], **more: str) -> Path:
    """A DOCX with this body."""
    return zip_of(path, docx_parts(body, *related, **more))


def p(text: str, style: str = "", *, raw: str = "") -> str:
    """A paragraph of WordprocessingML."""
    styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    run = f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' if text else ""
    return f"<w:p>{styled}{run}{raw}</w:p>"


def odt(path: Path, text: str, *, automatic: str = "", kind: str = "text", **more: str) -> Path:
    """An ODT (or, by kind, another OpenDocument file) with this content of office:text."""
    names = ("office", "text", "table", "style", "meta", "script")
    spaces = " ".join(f'xmlns:{name}="{OFFICE}{name}:1.0"' for name in names)
    spaces += (
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'
        ' xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
        ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    )
    parts = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": f"{XML}<office:document-content {spaces}><office:automatic-styles>{automatic}"
        f"</office:automatic-styles><office:body><office:{kind}>{text}</office:{kind}></office:body>"
        "</office:document-content>",
        **{name.replace("__", "/") + ".xml": part.format(spaces) for name, part in more.items()},
    }
    return zip_of(path, parts)


def xlsx(path: Path, sheet: str, *, strings: Iterable[str] = (), styles: str = "", **more: str | bytes) -> Path:
    """An XLSX with one sheet, given as the XML of its rows."""
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    shared = "".join(f"<si>{each}</si>" for each in strings)
    book = '<sheets><sheet name="Register" sheetId="1" r:id="r1"/></sheets>'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": XML + types,
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": relations(
            ("r1", "worksheet", "worksheets/sheet1.xml"),
            ("r2", "sharedStrings", "sharedStrings.xml"),
            ("r3", "styles", "styles.xml"),
        ),
        "xl/workbook.xml": f'{XML}<workbook xmlns="{S}" xmlns:r="{R}">{book}</workbook>',
        "xl/worksheets/sheet1.xml": f'{XML}<worksheet xmlns="{S}"><sheetData>{sheet}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'{XML}<sst xmlns="{S}">{shared}</sst>',
        "xl/styles.xml": f'{XML}<styleSheet xmlns="{S}">{styles}</styleSheet>',
        **{name.replace("__", "/"): part for name, part in more.items()},
    }
    return zip_of(path, parts)


def pdf(path: Path, pages: Iterable[Iterable[tuple[int, str]]], **information: str) -> Path:
    """A PDF of pages of lines, each with the size of its type."""
    document = pikepdf.new()
    font = document.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    for lines in pages:
        page = document.add_blank_page(page_size=(595, 842))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = document.make_stream(_shown(lines))
    for key, value in information.items():
        document.docinfo[f"/{key}"] = value
    document.save(path)
    return path


def _shown(lines: Iterable[tuple[int, str]]) -> bytes:
    at, drawn = 800, []
    for size, text in lines:
        at -= size + 6
        drawn.append(f"BT /F1 {size} Tf 60 {at} Td ({text}) Tj ET")
    return "\n".join(drawn).encode("latin-1")


# Hostile ones


def docx_bomb(path: Path) -> Path:
    """More than three hundred megabytes of one text in a file of one and a half."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, data in docx_parts(p("")).items():
            if name != "word/document.xml":
                package.writestr(name, data)
        with package.open("word/document.xml", "w", force_zip64=True) as stream:
            stream.write(f'{XML}<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>'.encode())
            for _step in range(310):
                stream.write(b"A" * 1024 * 1024)
            stream.write(b"</w:t></w:r></w:p></w:body></w:document>")
    return path


def xlsx_of_many_cells(path: Path, rows: int) -> Path:
    """A sheet of many filled rows that packs no better than an honest one, so that only the reading takes long."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        with zipfile.ZipFile(xlsx(path.with_suffix(".small"), "")) as small:
            for name in small.namelist():
                if name != "xl/worksheets/sheet1.xml":
                    package.writestr(name, small.read(name))
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as stream:
            stream.write(f'{XML}<worksheet xmlns="{S}"><sheetData>'.encode())
            for number in range(1, rows + 1):
                cells = "".join(f'<c r="{column}{number}"><v>{number * 7919 % 999983}</v></c>' for column in "ABC")
                stream.write(f'<row r="{number}">{cells}</row>'.encode())
            stream.write(b"</sheetData></worksheet>")
    return path


def double_flate_pdf(path: Path) -> Path:
    """A page of a hundred megabytes in a few kilobytes: spaces packed twice."""
    return _packed_pdf(path, zlib.compress(_spaces(100), 9), 2)


def single_flate_pdf(path: Path) -> Path:
    """A page of one gigabyte in one megabyte."""
    return _packed_pdf(path, _spaces(1024), 1)


def _spaces(megabytes: int) -> bytes:
    """A megabyte squeezed once and written so many times: blocks after a full flush know nothing of each other."""
    one, squeezer, check = b" " * 1024 * 1024, zlib.compressobj(1, wbits=-15), 1
    block = squeezer.compress(one) + squeezer.flush(zlib.Z_FULL_FLUSH)
    for _step in range(megabytes):
        check = zlib.adler32(one, check)
    return b"\x78\x01" + block * megabytes + b"\x03\x00" + check.to_bytes(4, "big")


def _packed_pdf(path: Path, data: bytes, times: int) -> Path:
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(595, 842))
    filters = [pikepdf.Name.FlateDecode] * times
    page.Contents = document.make_indirect(pikepdf.Stream(document, data, Filter=filters))
    document.save(path, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    return path


def lying_zip(path: Path, parts: Parts, name: str, size: int) -> Path:
    """A zip whose directory states another size for a part than inflating it gives."""
    zip_of(path, parts)
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    while at >= 0:
        length = struct.unpack_from("<H", data, at + 28)[0]
        if data[at + 46 : at + 46 + length] == name.encode():
            struct.pack_into("<L", data, at + 24, size)
            break
        at = data.rfind(b"PK\x01\x02", 0, at)
    path.write_bytes(data)
    return path


def locked_zip(path: Path, parts: Parts) -> Path:
    """A zip whose entries say that they are encrypted."""
    zip_of(path, parts)
    data = bytearray(path.read_bytes())
    for sign, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(sign)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(sign, at + 4)
    path.write_bytes(data)
    return path


def ole(path: Path, *names: str) -> Path:
    """The beginning of an OLE container whose directory names these streams."""
    directory = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in names)
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + directory)
    return path
