"""Markdown as the house writes it: CommonMark, tables, task lists, footnotes; HTML in it stays text (ASVS 1.3.1)."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from urllib.parse import unquote

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from lxml import html

from qms.core.errors import RuleBroken
from qms.core.parsers import commonmark, html_blocks
from qms.core.parsers.commonmark import ATTACHMENT
from qms.core.parsers.html_blocks import Heading
from qms.core.parsers.model import Block
from qms.core.parsers.readers.tidy import clean
from qms.core.parsers.sanitise import sanitise

__all__ = [
    "ATTACHMENT",
    "Heading",
    "attachments",
    "blocks",
    "outline",
    "plain_text",
    "referred_pictures",
    "render",
    "rendered",
]

# Five times the longest procedure we know; a person waits while it is drawn.
MOST_CHARACTERS = 400_000
_OWN = ("#", "/go/")
_SCHEMES = ("https://", "http://", "mailto:")

# The address of an attached picture by its name, or None when there is none of that name.
Pictures = Callable[[str], str | None]


def render(text: str, *, pictures: Pictures | None = None, links: Mapping[str, str] | None = None) -> SafeString:
    """Return Markdown as clean HTML: headings with anchors, wide tables in a box that scrolls.

    A picture is shown only where the text refers to an attached file, `![flow](attachment:flow.png)`, and `pictures`
    knows its address; every other one shows as its name. A link to a file beside the text goes where `links` says, and
    is plain text where it says nothing, as is any other that leads nowhere. Raises RuleBroken for a text over 400,000
    characters.
    """
    root = _tree(text, pictures)
    for link in list(root.iter("a")):
        target = link.get("href", "")
        if target and not _leads_somewhere(target):
            _lead(link, (links or {}).get(unquote(target).partition("#")[0]))
    return sanitise(html_blocks.serialise(root))


def is_beside(target: str) -> bool:
    """Return whether a link points to a file beside the text, as files in a folder point to each other."""
    return bool(target) and not target.startswith(("#", "/")) and ":" not in target.partition("/")[0]


def _leads_somewhere(target: str) -> bool:
    return target.startswith(_OWN) or target.lower().startswith(_SCHEMES)


def _lead(link: html.HtmlElement, address: str | None) -> None:
    if address is None:
        link.drop_tag()
    else:
        link.set("href", address)


def rendered(
    text: str, pictures: tuple[tuple[str, str], ...] = (), links: tuple[tuple[str, str], ...] = ()
) -> SafeString:
    """Return what `render` returns, kept for the last few texts: a text in force is read again and again.

    `pictures` are names and addresses of its pictures, `links` files beside it and the addresses of their documents.
    """
    return _rendered(text, pictures, links, get_language() or "")


@lru_cache(maxsize=64)
def _rendered(
    text: str, pictures: tuple[tuple[str, str], ...], links: tuple[tuple[str, str], ...], language: str
) -> SafeString:
    return render(text, pictures=dict(pictures).get, links=dict(links))


def outline(text: str) -> list[Heading]:
    """Return the headings of a text with their levels and the anchors that `render` gives them."""
    return html_blocks.outline(_tree(text))


@lru_cache(maxsize=16)
def blocks(text: str, prints: tuple[tuple[str, str], ...] = ()) -> tuple[Block, ...]:
    """Return a text as blocks for redlines: headings, paragraphs, list items, rows of tables.

    `prints` are names and fingerprints of its pictures: another picture under the old name is a change.
    The last few texts are kept, because the same two revisions are compared for one reader after the other.
    """
    return tuple(html_blocks.blocks(_tree(text, prints=dict(prints))))


def plain_text(text: str) -> str:
    """Return what a text says without its marks, one block a line, for search and previews."""
    return "\n".join(block.text for block in blocks(text))


def attachments(text: str) -> list[str]:
    """Return the names of the attached pictures that a text refers to, each once, in their order."""
    names: dict[str, None] = {}
    _tree(text, names.setdefault)
    return list(names)


def referred_pictures(text: str) -> list[tuple[str, str]]:
    """Return name and alternative text of each attached picture that a text shows, in their order."""
    root = _tree(text, lambda name: f"{ATTACHMENT}{name}")
    return [(unquote(each.get("src", "")).removeprefix(ATTACHMENT), each.get("alt", "")) for each in root.iter("img")]


def _tree(text: str, pictures: Pictures | None = None, prints: Mapping[str, str] | None = None) -> html.HtmlElement:
    if len(text) > MOST_CHARACTERS:
        words = _("The text has more than %(most)s characters. Split it into several.")
        raise RuleBroken(words % {"most": MOST_CHARACTERS})
    cleaned = clean(text)
    if commonmark.pieces(cleaned) > commonmark.MOST_PIECES:
        words = _("This text has more than %(most)s lines and cells; it is shown as it was written. Split it.")
        return commonmark.plain(cleaned, words % {"most": commonmark.MOST_PIECES})
    return commonmark.tree(cleaned, pictures, prints)
