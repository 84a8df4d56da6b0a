"""Binding: when all pages are set they get their running lines, fonts keep what was used, the file gets its catalog."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from qms.reports.pdf import srgb_profile
from qms.reports.press.letters import Face, plain
from qms.reports.press.page import Page, Style
from qms.reports.press.paper import Paper, text_string
from qms.reports.press.setting import ACCENT, MM, RULE, SMALL, Setting

ORGANIZATION = Style(9, 12, bold=True)
CODES_IN_A_BLOCK = 100


@dataclass(frozen=True, slots=True)
class Running:
    """What stands at the head and foot of the pages; `page_line` is "Page x of y" in pieces (counter, words)."""

    title: str
    organization: str
    as_of: str
    foot: Sequence[str]
    page_line: Sequence[tuple[str, str]]


def bind(setting: Setting, running: Running, *, language: str, identifier: str, made_at: datetime) -> bytes:
    """Return the finished file."""
    paper = setting.paper
    for number, page in enumerate(setting.pages, start=1):
        _run(setting, page, running, number)
    tree, resources = paper.reserve(), _resources(setting)
    for index, page in enumerate(setting.pages):
        _write_page(setting, page, index, tree, resources)
    kids = " ".join(f"{page.number} 0 R" for page in setting.pages)
    paper.fill(tree, f"<< /Type /Pages /Kids [{kids}] /Count {len(setting.pages)} >>")
    setting.tags.write(setting.pages)
    packet, info = paper.metadata(title=running.title, made_at=made_at)
    profile = paper.stream(srgb_profile(), "/N 3")
    intent = "/Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) /Info (sRGB)"
    catalog = paper.add(
        f"<< /Type /Catalog /Pages {tree} 0 R /Metadata {packet} 0 R /Lang {text_string(language)}"
        f" /MarkInfo << /Marked true >> /StructTreeRoot {setting.tags.root} 0 R"
        f" /ViewerPreferences << /DisplayDocTitle true >>{_outline(setting)}"
        f" /OutputIntents [<< {intent} /DestOutputProfile {profile} 0 R >>] >>"
    )
    return paper.written(catalog=catalog, info=info, identifier=identifier)


def _run(setting: Setting, page: Page, running: Running, number: int) -> None:
    """Set the lines at the head and the foot of one page."""
    page.begin_artifact()
    width = setting.right - setting.left
    top, foot = setting.height - 12 * MM, 15 * MM
    if number == 1:
        _line(setting, page, running.organization, ORGANIZATION, top - 2, left=True)
        page.rule(setting.left, top - 8, width, weight=1.5, colour=ACCENT)
    else:
        _line(setting, page, running.title, SMALL, top, left=True)
        _line(setting, page, running.as_of, SMALL, top, left=False)
        page.rule(setting.left, top - 5, width, weight=0.5, colour=RULE)
    page.rule(setting.left, foot + 10, width, weight=0.5, colour=RULE)
    for place, text in enumerate(running.foot):
        _line(setting, page, text, SMALL, foot - place * SMALL.leading, left=True)
    _line(setting, page, _page_words(running, number, len(setting.pages)), SMALL, foot, left=False)
    page.end()


def _line(setting: Setting, page: Page, text: str, style: Style, y: float, *, left: bool) -> None:
    """Set one line at the left or the right margin; one that is too long is cut, since it stands elsewhere in full."""
    line = _shortened(setting, plain(text), style)
    x = setting.left if left else setting.right - setting.measure(line, style)
    page.lines(setting.cases[style.bold], [line], style, x, y)


def _shortened(setting: Setting, text: str, style: Style) -> str:
    room = (setting.right - setting.left) * 0.62
    if setting.measure(text, style) <= room:
        return text
    while text and setting.measure(text + "…", style) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def _page_words(running: Running, number: int, pages: int) -> str:
    counters = {"page": str(number), "pages": str(pages)}
    return "".join(counters[counter] if counter else words for counter, words in running.page_line)


def _write_page(setting: Setting, page: Page, index: int, tree: int, resources: int) -> None:
    content = setting.paper.stream("\n".join(page.operators).encode())
    setting.paper.fill(
        page.number,
        f"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {setting.width:.2f} {setting.height:.2f}]"
        f" /Resources {resources} 0 R /Contents {content} 0 R /StructParents {index} /Tabs /S >>",
    )


def _resources(setting: Setting) -> int:
    fonts = [
        f"/{weight}{number} {_font(setting.paper, case.face(number), used)} 0 R"
        for weight, case in zip("RB", setting.cases, strict=True)
        for number, used in sorted(case.used.items())
    ]
    return setting.paper.add(f"<< /Font << {' '.join(fonts)} >> >>")


def _font(paper: Paper, face: Face, used: dict[int, str]) -> int:
    """Embed what was used of a face; give the number of its font (ISO 32000-1 9.7: Type 0, Identity-H)."""
    data = face.embedded({ord(letter) for letter in used.values()})
    is_cff = face.outlines == "CFF "
    file = paper.stream(data, "/Subtype /CIDFontType0C" if is_cff else f"/Length1 {len(data)}")
    name = f"{_prefix(used)}+{face.name}"
    descriptor = paper.add(
        f"<< /Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [{' '.join(map(str, face.box))}]"
        f" /ItalicAngle 0 /Ascent {face.ascent} /Descent {face.descent} /CapHeight {face.ascent} /StemV 80"
        f" /{'FontFile3' if is_cff else 'FontFile2'} {file} 0 R >>"
    )
    widths = " ".join(f"{code} [{face.widths[face.glyphs[ord(used[code])]]:.0f}]" for code in sorted(used))
    kind = "/CIDFontType0" if is_cff else "/CIDFontType2 /CIDToGIDMap /Identity"
    descendant = paper.add(
        f"<< /Type /Font /Subtype {kind} /BaseFont /{name} /FontDescriptor {descriptor} 0 R /W [{widths}]"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
    )
    return paper.add(
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H"
        f" /DescendantFonts [{descendant} 0 R] /ToUnicode {paper.stream(_to_unicode(used))} 0 R >>"
    )


def _prefix(used: dict[int, str]) -> str:
    """Return the six letters that mark a font as a part of one, the same for the same part."""
    digest = hashlib.sha256(",".join(map(str, sorted(used))).encode()).digest()
    return "".join(chr(65 + byte % 26) for byte in digest[:6])


def _to_unicode(used: dict[int, str]) -> bytes:
    """Return the map from codes to text (ISO 32000-1 9.10.3), by which the file can be searched and read aloud."""
    codes = sorted(used)
    blocks = []
    for start in range(0, len(codes), CODES_IN_A_BLOCK):
        block = codes[start : start + CODES_IN_A_BLOCK]
        pairs = "\n".join(f"<{code:04x}> <{used[code].encode('utf-16-be').hex()}>" for code in block)
        blocks.append(f"{len(block)} beginbfchar\n{pairs}\nendbfchar")
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        + "\n".join(blocks)
        + "\nendcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()


def _outline(setting: Setting) -> str:
    """Return the catalog's entry for the outline; nothing where there are fewer than two parts."""
    marks, paper = setting.bookmarks, setting.paper
    if len(marks) < 2:
        return ""
    root, numbers = paper.reserve(), [paper.reserve() for _mark in marks]
    for index, (text, page, y) in enumerate(marks):
        near = [f"/Prev {numbers[index - 1]} 0 R"] if index else []
        near += [f"/Next {numbers[index + 1]} 0 R"] if index + 1 < len(marks) else []
        dest = f"/Dest [{page} 0 R /XYZ 0 {y:.0f} 0]"
        paper.fill(numbers[index], f"<< /Title {text_string(text)} /Parent {root} 0 R {dest} {' '.join(near)} >>")
    paper.fill(root, f"<< /Type /Outlines /First {numbers[0]} 0 R /Last {numbers[-1]} 0 R /Count {len(marks)} >>")
    return f" /Outlines {root} 0 R"
