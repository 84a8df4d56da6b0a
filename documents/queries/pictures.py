"""Questions about the pictures of a body: those its text refers to, and those of its file's pages."""

from collections.abc import Sequence

from documents import markdown
from documents.models import Body, BodyPage, BodyPicture
from qms.filing.models import StoredFile


def pictures_of(body: Body) -> list[BodyPicture]:
    """Return the pictures that lie beside a text, by name."""
    return list(body.pictures.select_related("file").order_by("name"))


def pictures_shown(body: Body) -> list[BodyPicture]:
    """Return the pictures that a text refers to, by name; a text without any costs no query."""
    if not (body.is_markdown and markdown.ATTACHMENT in body.markdown):
        return []
    wanted = set(markdown.attachments(body.markdown))
    return [picture for picture in pictures_of(body) if picture.name in wanted]


def picture_named(body: Body, name: str) -> BodyPicture | None:
    """Return a picture that lies beside a text by its name, or None."""
    return body.pictures.filter(name=name).select_related("file").first()


def missing_pictures(body: Body) -> tuple[list[str], list[str]]:
    """Return the pictures that a text refers to and nobody has put in, and those that have no words for the blind."""
    if not (body.is_markdown and markdown.ATTACHMENT in body.markdown):
        return [], []
    names = set(body.pictures.values_list("name", flat=True))
    referred = markdown.referred_pictures(body.markdown)
    absent = [name for name, _alt in referred if name not in names]
    return absent, [name for name, alt in referred if name in names and not alt.strip()]


def pages_of(body: Body) -> list[BodyPage]:
    """Return the pages drawn of a body's file, in their order; none for a text."""
    if body.is_markdown:
        return []
    return list(body.pages.select_related("small", "large").order_by("number"))


def page_picture(body: Body, number: int, size: str) -> StoredFile | None:
    """Return the picture of a page, `small` or `large`, or None."""
    page = body.pages.filter(number=number).select_related(size).first() if size in BodyPage.SIZES else None
    return getattr(page, size) if page is not None else None


def looks(pages: Sequence[BodyPage]) -> list[str]:
    """Return a fingerprint of how each page looks; pages that look alike to the last dot have the same one."""
    return [page.large.sha256 for page in pages]
