"""A document's body made ready for paper: cleaned, headings under the title's, wide tables given the room they need.

The body comes cleaned already; it is cleaned once more here because a PDF must not depend on who called.
"""

import re
import unicodedata

import lxml.html
import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString
from lxml.html import HtmlElement

from qms.reports.body_tables import make_room

TAGS = frozenset(
    re.findall(
        r"\w+",
        "a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure"
        " h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp section small span strong sub summary sup table"
        " tbody td tfoot th thead tr u ul var",
    )
)
ATTRIBUTES = {
    "*": {"lang", "dir", "id", "title", "class"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "type"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
}
# Classes that our own Markdown makes and that the style sheet knows; all others are dropped.
CLASSES = frozenset(
    ("note", "tip", "important", "warning", "caution", "danger", "footnotes", "picture", "footnote-ref")
)
SCHEMES = {"http", "https", "mailto", "tel", "asset", "data"}

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def prepare(html: str, *, title: str) -> SafeString:
    """Return a body's HTML as the controlled PDF sets it. Takes any HTML; gives only known tags and attributes.

    A first heading that repeats the title is left out (the title block shows it), the rest follow the title's without
    a skipped level (ISO 14289-1, 7.4), and tables too wide for the page get smaller letters or a turned page.
    """
    root = lxml.html.fragment_fromstring(_cleaned(html), create_parent="div")
    _drop_title(root, title)
    _level_headings(root)
    for table in root.xpath(".//table[not(ancestor::table)]"):
        make_room(table)
    return SafeString(_inner(root))


def _cleaned(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_kept,
        clean_content_tags={"script", "style", "title"},
        url_schemes=set(SCHEMES),
        link_rel=None,
    )


def _kept(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return " ".join(word for word in value.split() if word in CLASSES) or None
    if (tag, name) == ("a", "href") and value.lstrip().lower().startswith(("data:", "asset:")):
        return None
    return value


def _inner(root: HtmlElement) -> str:
    parts = [lxml.html.tostring(child, encoding="unicode") for child in root]
    return escape(root.text or "") + "".join(parts)


def _drop_title(root: HtmlElement, title: str) -> None:
    first = next(iter(root), None)
    if first is None or first.tag != "h1" or (root.text or "").strip():
        return
    if _plain(first.text_content()) == _plain(title):
        first.drop_tree()


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _level_headings(root: HtmlElement) -> None:
    """Put the highest heading at level 2 and let no level be skipped on the way down."""
    headings = [element for element in root.iter() if element.tag in HEADINGS]
    wanted = {level: place for place, level in enumerate(sorted({element.tag for element in headings}), start=2)}
    depth = 1
    for element in headings:
        depth = min(wanted[element.tag], depth + 1, 6)
        element.tag = f"h{depth}"
