"""The allow-list that every HTML made from somebody's file or text passes before it is shown (OWASP ASVS 1.3.1)."""

from functools import cache

import nh3
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from qms.core.parsers.html_blocks import BOX, PREFIX

_PLAIN = (
    "h1 h2 h3 h4 h5 h6 p br hr blockquote pre code kbd ul ol li dl dt dd strong b em i u s del ins sub sup "
    "a span div section table caption thead tbody tfoot tr th td img"
)
TAGS = frozenset(_PLAIN.split())
_HEADINGS = {f"h{level}": {"id"} for level in range(1, 7)}
ATTRIBUTES: dict[str, set[str]] = {
    **_HEADINGS,
    "a": {"href", "id"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "li": {"id"},
    "ol": {"start"},
    "img": {"src", "alt"},
    "span": {"class"},
    "sup": {"class"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_CLASSES = {"picture", "footnote-ref"}
_SCHEMES = {"http", "https", "mailto"}
# Addresses of ours that a text may point to; all others must say where they go.
_OWN_LINKS = ("#" + PREFIX, "/go/")


def sanitise(html: str) -> SafeString:
    """Return HTML with nothing but the allowed elements, attributes and addresses; wide tables get a box to scroll in.

    Doing it twice changes nothing.
    """
    return SafeString(_cleaner(get_language() or "").clean(html))


@cache
def _cleaner(language: str) -> nh3.Cleaner:
    """One cleaner a language, because the label of a table's box is in the reader's language."""
    return nh3.Cleaner(
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"div": {"aria-label": gettext("Table")}},
    )


def _kept(tag: str, name: str, value: str) -> str | None:
    """Return an attribute's value when it may stay; addresses without a scheme only where they are ours."""
    if tag == "div":
        return value if name == "aria-label" or BOX.get(name) == value else None
    allowed = {
        "id": value.startswith(PREFIX),
        "class": value in _CLASSES,
        "href": value.startswith(_OWN_LINKS) or value.lower().startswith(tuple(f"{scheme}:" for scheme in _SCHEMES)),
        "src": value.startswith("/") and not value.startswith(("//", "/\\")),
        "scope": value in {"col", "row"},
        "start": value.isdecimal(),
        "colspan": value.isdecimal() and len(value) <= 3,
        "rowspan": value.isdecimal() and len(value) <= 4,
    }
    return value if allowed.get(name, True) else None
