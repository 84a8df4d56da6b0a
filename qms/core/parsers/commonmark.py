"""Markdown: CommonMark with tables, strikethrough, footnotes and task lists; HTML in it stays text. Pure.

The one place that meets markdown-it-py and its plug-ins. `sanitise.py` cleans what comes out before it is shown.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from functools import cache
from urllib.parse import unquote

from lxml import html
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from qms.core.parsers.html_blocks import PICTURE, finish

ATTACHMENT = "attachment:"
# Longer texts are refused in words before they come here.
MOST_CHARACTERS = 2_000_000
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_MARKS = "[]()*_~`<!&\\"
_MOST_MARKS = 4_000
# Lines and cells: what a text is cut into takes its time each, and a person waits. 400 close pages have fewer.
MOST_PIECES = 30_000

# The address of an attached picture by its name, or None when there is none of that name.
Pictures = Callable[[str], str | None]


def pieces(text: str) -> int:
    """Return how many lines and cells a text has at most; one with more than `MOST_PIECES` is not to be drawn."""
    return text.count("\n") + text.count("|") + text.count("\r")


def plain(text: str, words: str) -> html.HtmlElement:
    """Return a text as it stands, in a `div`, below the words that say why."""
    root = html.Element("div")
    for tag, content in (("p", words), ("pre", text)):
        html.etree.SubElement(root, tag).text = content
    return root


def tree(text: str, pictures: Pictures | None = None, prints: Mapping[str, str] | None = None) -> html.HtmlElement:
    """Return Markdown as finished HTML in a `div`; pictures come from `attachment:` references only.

    `prints` gives fingerprints of pictures by name: what is not drawn is named with it, for redlines.
    """
    rendered = _reader().render(text, {"pictures": pictures, "prints": prints or {}})
    return finish(rendered, tasks=True)


def beginning(text: str, lines: int) -> html.HtmlElement:
    """Return the first lines of Markdown as HTML in which every line end is a break, as people write heads."""
    first = "\n".join(text.split("\n", lines)[:lines])
    return finish(_reader(breaks=True).render(first, {"pictures": None, "prints": {}}))


@cache
def _reader(*, breaks: bool = False) -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "breaks": breaks}).enable(["table", "strikethrough"])
    reader.use(footnote_plugin).use(front_matter_plugin)
    reader.core.ruler.at("inline", _inline)
    reader.inline.ruler.before("autolink", "tag_of_a_break", _inline_tag)
    reader.block.ruler.before("paragraph", "comment", _block_comment, {"alt": ["paragraph", "blockquote", "list"]})
    reader.add_render_rule("image", _image)
    reader.add_render_rule("front_matter", _nothing)
    return reader


def _inline(state: StateCore) -> None:
    """Read the marks of each paragraph and cell; one with more of them than any author writes stays as it stands.

    Reading marks takes time by the square of their number, and this runs where a person waits.
    """
    for token in state.tokens:
        if token.type != "inline" or token.children is None:
            continue
        if sum(map(token.content.count, _MARKS)) > _MOST_MARKS:
            token.children.append(Token("text", "", 0, content=token.content))
        else:
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def _inline_tag(state: StateInline, silent: bool) -> bool:
    """`<br>` is a break, as tables need it; a comment is nothing; every other tag stays the text it is."""
    if state.src[state.pos] != "<":
        return False
    found = _BREAK.match(state.src, state.pos)
    end = found.end() if found else _end_of_comment(state.src, state.pos)
    if not end:
        return False
    if found and not silent:
        state.push("hardbreak", "br", 0)
    state.pos = end
    return True


def _end_of_comment(source: str, start: int) -> int:
    if not source.startswith("<!--", start):
        return 0
    end = source.find("-->", start)
    return end + 3 if end >= 0 else 0


def _first_end(state: StateBlock, start: int) -> int:
    """Return where the first end of a comment stands from here on, or -1; looked for once, however many begin."""
    known: tuple[int, int] | None = state.env.get("end_of_comment")
    if known is None or not (known[0] <= start and (known[1] < 0 or start <= known[1])):
        known = start, state.src.find("-->", start)
        state.env["end_of_comment"] = known
    return known[1]


def _block_comment(state: StateBlock, line: int, last: int, silent: bool) -> bool:
    """A comment that begins a line is nothing, as far as it goes; one that never ends is text."""
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("<!--", start):
        return False
    end = _first_end(state, start)
    if end < 0:
        return False
    after = bisect_left(state.eMarks, end + 3, line, last)
    if after == last or state.src[end + 3 : state.eMarks[after]].strip():
        return False
    if not silent:
        state.line = after + 1
    return True


def _nothing(self: RendererHTML, tokens: list[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    return ""


def _image(self: RendererHTML, tokens: list[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    """Draw an attached picture; every other one is named and not fetched."""
    token = tokens[at]
    source = str(token.attrGet("src") or "")
    alternative = self.renderInlineAsText(token.children or [], options, env)
    pictures: Pictures | None = env["pictures"]
    name = unquote(source.removeprefix(ATTACHMENT))
    address = pictures(name) if pictures and source.startswith(ATTACHMENT) else None
    picture = html.Element("img", alt=alternative, src=address) if address else html.Element("span")
    if not address:
        picture.set("class", "picture")
        picture.text = f"[{alternative or name}]"
        if name in env["prints"]:
            picture.set(PICTURE, env["prints"][name])
    return str(html.tostring(picture, encoding="unicode"))
