"""The one place that meets WeasyPrint: a template and its context become a tagged PDF/A-3u.

The same input gives the same bytes: identifier and dates come from the caller, nothing is read from the clock. Nothing
is fetched over a network: pictures are handed over in memory, style sheets come from `static/pdf/`.
"""

import base64
import binascii
import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module, resources
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation

VARIANT = "pdf/a-3u"
PICTURE = re.compile(r"data:(image/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/=\s]*)", re.ASCII)
STYLE = re.compile(r"static:(pdf/[a-z0-9_-]+\.css)", re.ASCII)

# Families that hold Chinese, Japanese and Korean letters, as Linux distributions name them.
CJK_FAMILIES = frozenset(
    f"{family} {region}" for family in ("Noto Sans CJK", "Source Han Sans") for region in ("SC", "TC", "JP", "KR", "HK")
) | {"Source Han Sans", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Droid Sans Fallback", "Unifont"}
CJK = re.compile(
    "[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file embedded byte for byte (ISO 19005-3, 6.8). `relationship`: Source, Data, Alternative or Supplement."""

    name: str
    data: bytes
    description: str
    relationship: str = "Source"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture held in memory. A page shows it as `asset:NAME`, or by its address here where the name is a path."""

    name: str
    data: bytes
    media_type: str


def render_pdf(
    template: str,
    context: Mapping[str, Any],
    *,
    identifier: str,
    made_at: datetime,
    language: str,
    title: str,
    attachments: Sequence[Attachment] = (),
    pictures: Sequence[Picture] = (),
) -> bytes:
    """Return the PDF that a template under `templates/pdf/` makes of a context, in words of `language`.

    `identifier` becomes the file's /ID and `made_at` (aware) every date in it: the same arguments give the same bytes.
    Raises ValueError for a naive `made_at`.
    """
    if made_at.tzinfo is None:
        raise ValueError("made_at needs its time zone")
    made_at = made_at.astimezone(UTC)
    html = _html(template, context, language=language, title=title, made=made_at.isoformat(timespec="seconds"))
    written: bytes = _source(html, pictures).write_pdf(
        pdf_variant=VARIANT,
        pdf_tags=True,
        presentational_hints=True,
        pdf_identifier=identifier.encode(),
        attachments=[_embed(one, made_at) for one in attachments],
    )
    return written


def render_layer(
    template: str, context: Mapping[str, Any], *, language: str, title: str = "", pictures: Sequence[Picture] = ()
) -> bytes:
    """Return pages that will be laid over or put beside those of another file: no tags, no claim to be an archive."""
    html = _html(template, context, language=language, title=title, made="")
    written: bytes = _source(html, pictures).write_pdf(presentational_hints=True, pdf_identifier=b"layer")
    return written


def _html(template: str, context: Mapping[str, Any], *, language: str, title: str, made: str) -> str:
    with translation.override(language):
        facts = {"title": title, "language": language, "rtl": translation.get_language_bidi(), "made": made}
        return render_to_string(template, {**context, **facts})


@functools.cache
def _weasyprint() -> Any:
    """Load the library at the first print: it takes a second and needs Pango, and most processes never print."""
    return import_module("weasyprint")


def _source(html: str, pictures: Sequence[Picture]) -> Any:
    return _weasyprint().HTML(string=html, base_url=settings.BASE_URL, url_fetcher=InMemory(pictures))


def _embed(attachment: Attachment, made_at: datetime) -> Any:
    return _weasyprint().Attachment(
        file_obj=BytesIO(attachment.data),
        name=attachment.name,
        description=attachment.description,
        created=made_at,
        modified=made_at,
        relationship=attachment.relationship,
    )


class InMemory:
    """Answer `asset:` from memory, `static:pdf/….css` from our style sheets, pictures written out as `data:`.

    Whatever else a body asks for (http, file, ftp, another host, another folder) is refused with ValueError, which
    WeasyPrint takes as "not there": the page shows the alternative text. No socket is ever opened.
    """

    # WeasyPrint asks its fetcher whether a refusal should end the whole rendering.
    _fail_on_errors = False

    def __init__(self, pictures: Sequence[Picture]) -> None:
        self._pictures = {picture.name: picture for picture in pictures}

    def __call__(self, url: str) -> Any:
        """Return the response for one address. Raises ValueError where nothing may be fetched."""
        media_type, data = self._found(url)
        return _weasyprint().urls.URLFetcherResponse(url, data, {"Content-Type": media_type})

    def _found(self, url: str) -> tuple[str, bytes]:
        if url.startswith("asset:"):
            return self._asset(unquote(url.removeprefix("asset:")))
        if url.startswith(f"{settings.BASE_URL}/"):
            return self._asset(unquote(url.removeprefix(settings.BASE_URL)))
        if sheet := STYLE.fullmatch(url):
            return "text/css", _style_sheet(sheet[1])
        if picture := PICTURE.fullmatch(unquote(url)):
            return picture[1], _decoded(picture[2])
        raise ValueError("not in memory")

    def _asset(self, name: str) -> tuple[str, bytes]:
        if name not in self._pictures:
            raise ValueError("no such picture")
        return self._pictures[name].media_type, self._pictures[name].data


def _style_sheet(path: str) -> bytes:
    found = finders.find(path)
    if found is None:
        raise ValueError("no such style sheet")
    return Path(found).read_bytes()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=False)
    except binascii.Error as error:
        raise ValueError("not base64") from error


def srgb_profile() -> bytes:
    """Return the colour profile that every file names as its output intent (ISO 19005-3, 6.2.3)."""
    return (resources.files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()


@functools.cache
def installed_fonts() -> Mapping[tuple[str, str], Path]:
    """Return the file of each installed font by family and style, as fontconfig and so WeasyPrint see them."""
    library = _weasyprint().text.ffi
    config = library.ffi.gc(library.fontconfig.FcInitLoadConfigAndFonts(), library.fontconfig.FcConfigDestroy)
    fonts = library.fontconfig.FcConfigGetFonts(config, library.fontconfig.FcSetSystem)
    found = {}
    for index in range(fonts.nfont):
        pattern = fonts.fonts[index]
        family, style, file = (_property(library, pattern, name) for name in (b"family", b"style", b"file"))
        found[family, style] = Path(file)
    return found


def _property(library: Any, pattern: Any, name: bytes) -> str:
    value = library.ffi.new("FcChar8 **")
    library.fontconfig.FcPatternGetString(pattern, name, 0, value)
    return "" if value[0] == library.ffi.NULL else bytes(library.ffi.string(value[0])).decode(errors="replace")


def has_cjk_fonts() -> bool:
    """Say whether Chinese, Japanese and Korean letters can be printed here (Debian: fonts-noto-cjk)."""
    return any(family in CJK_FAMILIES for family, _style in installed_fonts())


def needs_cjk_fonts(text: str) -> bool:
    """Say whether a text holds a letter that only such fonts can print."""
    return CJK.search(text) is not None
