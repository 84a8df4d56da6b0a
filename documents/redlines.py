"""Redlines of revisions: between any two, and for a reader from their own last acknowledged one (K6). Cached."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import caches
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from documents import markdown
from documents.models import Acknowledgement, Body, BodyPage, Revision
from documents.queries import governing_body
from documents.queries.pictures import looks, pages_of, pictures_shown
from documents.reading import addresses, blocks_of
from documents.redline import Form, Redline, Signs, compare, differing_pages, to_html
from qms.core.parsers.model import Block
from qms.organization.models import User


@dataclass(frozen=True)
class Changes:
    """What changed between two revisions, ready to be shown. `comparable` is False where no text can be compared."""

    before: Revision | None
    after: Revision
    comparable: bool
    html: SafeString
    places: int
    added: int
    removed: int


def changes_between(
    before: Revision | None, after: Revision, *, form: Form = Form.INLINE, context: int | None = None
) -> Changes:
    """Return what changed from one revision to another; the same pair is compared once."""
    cache, key = caches["redlines"], _key(before, after, form, context)
    kept = cache.get(key)
    if kept is None:
        kept = _compared(before, after, form, context)
        if after.content_id is not None and (before is None or before.content_id is not None):
            cache.set(key, kept, timeout=None)
    comparable, html, places, added, removed = kept
    return Changes(before, after, comparable, SafeString(html), places, added, removed)


@dataclass(frozen=True)
class PageChange:
    """An old and a new page that stand beside each other; None where there is no such page."""

    before: BodyPage | None
    after: BodyPage | None
    differs: bool


def page_changes(before: Revision, after: Revision) -> list[PageChange]:
    """Return the pages of two files side by side with those marked that look different; empty where none are drawn."""
    bodies = governing_body(before), governing_body(after)
    old, new = (pages_of(body) if body is not None else [] for body in bodies)
    if not (old and new):
        return []
    return [
        PageChange(
            before=old[pair.before - 1] if pair.before else None,
            after=new[pair.after - 1] if pair.after else None,
            differs=pair.differs,
        )
        for pair in differing_pages(looks(old), looks(new))
    ]


def own_base(person: User, revision: Revision) -> Revision | None:
    """Return the revision a reader last acknowledged of this document, against which they are shown the changes."""
    last = (
        Acknowledgement.objects.filter(person=person, document=revision.document)
        .exclude(revision=revision)
        .select_related("revision__document")
        .order_by("-at")
        .first()
    )
    return last.revision if last is not None else None


def difference_of(before: str, after: str) -> SafeString:
    """Return what one Markdown text changes of another as HTML, with unchanged text folded."""
    return to_html(compare(markdown.blocks(before), markdown.blocks(after)), context=1)


def _compared(
    before: Revision | None, after: Revision, form: Form, context: int | None
) -> tuple[bool, str, int, int, int]:
    old, new = (governing_body(before) if before else None), governing_body(after)
    if old is None or new is None or not (_has_text(old) and _has_text(new)):
        return False, "", 0, 0, 0
    signs = Signs({**_addresses(old), **_addresses(new)})
    found: Redline = compare(signs.put(_blocks(old)), signs.put(_blocks(new)))
    names = (_name(before), _name(after))
    html = to_html(found, form, context=context, names=names, pictures=signs.pictures)
    return True, str(html), found.places, found.words_added, found.words_removed


def _name(revision: Revision | None) -> str:
    return gettext("Revision %(label)s") % {"label": revision.label} if revision is not None else ""


def _blocks(body: Body) -> Sequence[Block]:
    return blocks_of(body, pictures_shown(body))


def _addresses(body: Body) -> dict[str, str]:
    shown = pictures_shown(body)
    where = addresses(body, shown)
    return {each.file.sha256[:8]: where[each.name] for each in shown}


def _has_text(body: Body) -> bool:
    return body.is_markdown or body.outcome == "text"


def _key(before: Revision | None, after: Revision, form: Form, context: int | None) -> str:
    old = before.content.sha256 if before and before.content else "unfrozen" if before else "none"
    new = after.content.sha256 if after.content else "none"
    return f"redline-4-{old}-{new}-{form.value}-{context}-{get_language()}"
