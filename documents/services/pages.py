"""Drawing the pages of a body's file, once and in the sandbox, so that no browser ever meets the bytes that came."""

from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction
from PIL import Image

from documents.models import Body, BodyPage
from documents.reading import extraction_of, file_on_disk
from qms.core.parsers import page_images
from qms.filing.models import StoredFile
from qms.filing.services.files import store_bytes

# A longer file is shown by its first pages and read as a whole from its PDF.
MOST_PAGES = 300


def draw_pages(*, body_id: int) -> int:
    """Draw the pages of a body that is a PDF or a picture; give how many there are now. Idempotent.

    What cannot be drawn (locked, broken) has no pages and is read from the file. Nothing is kept when another file was
    put in meanwhile.
    """
    body = Body.objects.select_related("source", "rendition").get(pk=body_id)
    file = drawn_file(body)
    numbers = range(1, min(_pages_in(body), MOST_PAGES) + 1)
    if file is None or not numbers:
        return 0
    with TemporaryDirectory(prefix="qms-pages-") as folder, file_on_disk(file, "body") as path:
        drawn = {size: _drawn(path, Path(folder) / size, width, numbers) for size, width in BodyPage.SIZES.items()}
        pages = [_page(body, *each) for each in zip(count(1), drawn["small"], drawn["large"], strict=False)]
    return _keep(body, pages)


def drawn_file(body: Body) -> StoredFile | None:
    """Return the file whose pages stand for a body: the PDF that is signed, or a picture; None for everything else."""
    if body.rendition_is_own:
        return body.rendition
    return body.source if body.media_type.startswith("image/") else None


def _pages_in(body: Body) -> int:
    """How many pages were counted when the file was read; a PDF beside another file was not read, and is asked."""
    if body.rendition_id == body.source_id or not body.rendition_is_own:
        return extraction_of(body).pages or 0
    return MOST_PAGES


def _drawn(path: Path, folder: Path, width: int, numbers: range) -> list[Path]:
    folder.mkdir()
    return [Path(name) for name in page_images(path, folder, width, numbers).items]


def _page(body: Body, number: int, small: Path, large: Path) -> BodyPage:
    with Image.open(large) as picture:
        width, height = picture.size
    files = {"small": store_bytes(small.read_bytes()), "large": store_bytes(large.read_bytes())}
    return BodyPage(body=body, number=number, width=width, height=height, **files)


@transaction.atomic
def _keep(body: Body, pages: list[BodyPage]) -> int:
    current = Body.objects.select_for_update(of=("self",)).get(pk=body.pk)
    if current.version != body.version:
        return 0
    current.pages.all().delete()
    return len(BodyPage.objects.bulk_create(pages))
