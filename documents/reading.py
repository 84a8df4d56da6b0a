"""What a body says: clean HTML, blocks for redlines and passages for search, whatever form it came in."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.urls import reverse

from documents import markdown
from documents.models import Body, BodyPicture
from qms.core.parsers.kinds import decide, extension, signature
from qms.core.parsers.model import Block, Extracted, Outcome, Passage, Place, unpack
from qms.filing.models import StoredFile
from qms.filing.services import open_file


def html_of(body: Body, pictures: Sequence[BodyPicture] = (), links: Mapping[str, str] | None = None) -> str:
    """Return the clean HTML of a body; empty where its file has no text that can be shown.

    `links` says where links to files beside a text lead.
    """
    if not body.is_markdown:
        return extraction_of(body).html
    return markdown.rendered(
        body.markdown, tuple(sorted(addresses(body, pictures).items())), tuple((links or {}).items())
    )


def addresses(body: Body, pictures: Sequence[BodyPicture]) -> dict[str, str]:
    """Return where a browser finds each picture of a text, by name; another picture has another address."""
    revision = body.revision
    place = [revision.document_id, revision.pk]
    return {
        each.name: f"{reverse('documents:picture', args=[*place, each.name])}?v={each.file.sha256[:16]}"
        for each in pictures
    }


def blocks_of(body: Body, pictures: Sequence[BodyPicture] = ()) -> Sequence[Block]:
    """Return the blocks of a body, for redlines."""
    if not body.is_markdown:
        return extraction_of(body).blocks
    return markdown.blocks(body.markdown, tuple((each.name, each.file.sha256[:8]) for each in pictures))


def passages_of(body: Body) -> Sequence[Passage]:
    """Return the passages of a body, for search."""
    if body.is_markdown:
        return [Passage(Place.PART, "", markdown.plain_text(body.markdown))]
    return extraction_of(body).passages


def extraction_of(body: Body) -> Extracted:
    """Return what was read from a body's file; nothing read yet counts as no text."""
    if body.extraction is None:
        return Extracted(outcome=Outcome.NO_TEXT, words=body.outcome_words)
    with open_file(body.extraction) as stream:
        return unpack(json.load(stream))


def media_type_of(head: bytes, name: str) -> str:
    """Return the media type of a file by its first bytes and its name, which must agree."""
    return decide(signature(head), extension(name)).media_type


@contextmanager
def file_on_disk(file: StoredFile, name: str) -> Iterator[Path]:
    """Lay a stored file down under a safe name for a parser, and take it away again."""
    with TemporaryDirectory(prefix="qms-") as folder:
        path = Path(folder) / f"body{Path(name).suffix.lower()[:12]}"
        with open_file(file) as source, path.open("wb") as target:
            while chunk := source.read(1024 * 1024):
                target.write(chunk)
        yield path
