"""Putting pictures beside a text, and taking them away again; only in a draft."""

import re
from collections.abc import Collection, Iterable
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.markdown import attachments
from documents.models import BodyPicture
from documents.queries import governing_body
from documents.services.drafting import credit, locked_draft
from qms.core.errors import RuleBroken
from qms.core.parsers.pictures import clean_picture
from qms.filing.models import StoredFile
from qms.filing.services.files import clean_name, store_bytes
from qms.organization.models import User
from qms.trail.services import record

MB = 1024 * 1024
MOST_BYTES = 10 * MB
MOST_PICTURES = 100
# Two pixels for each dot of the widest picture on A4 at 150 dots an inch.
WIDEST = 2_000
_NOT_IN_NAME = re.compile(r"[^\w-]+")


def put_picture(*, revision_id: int, chunks: Iterable[bytes], name: str, alt: str, by: User) -> BodyPicture:
    """Put a picture beside the text of a draft, written anew; the text shows it where it says `attachment:NAME`.

    Raises RuleBroken for a file that is no picture or too large, for no words about what it shows, for the hundredth
    and first picture, and as write_markdown does.
    """
    if not alt.strip():
        raise RuleBroken(_("Say in a few words what the picture shows, for people who cannot see it."), code="alt")
    with transaction.atomic():
        locked_draft(revision_id, by)
    file, media_type = _cleaned(chunks)
    return _kept(revision_id, file, media_type, clean_name(name), " ".join(alt.split())[:300], by)


@transaction.atomic
def remove_picture(*, revision_id: int, name: str, by: User) -> None:
    """Take a picture away from a draft; raises RuleBroken while the text still shows it."""
    body = governing_body(locked_draft(revision_id, by))
    picture = body.pictures.filter(name=name).first() if body else None
    if body is None or picture is None:
        raise RuleBroken(_("There is no such picture."), code="no_picture")
    if name in attachments(body.markdown):
        raise RuleBroken(_("The text shows this picture. Take it out of the text first."), code="picture_in_use")
    credit(body.revision, by)
    record("documents.picture_removed", body.revision, by=by, name=name, sha256=picture.file.sha256)
    picture.delete()


def _cleaned(chunks: Iterable[bytes]) -> tuple[StoredFile, str]:
    with TemporaryDirectory(prefix="qms-picture-") as folder:
        path = Path(folder) / "upload"
        _spool(chunks, path)
        found = clean_picture(path, Path(folder), widest=WIDEST)
        if found.words:
            raise RuleBroken(found.words, code="no_picture")
        return store_bytes(found.path.read_bytes()), found.media_type


def _spool(chunks: Iterable[bytes], path: Path) -> None:
    size = 0
    with path.open("wb") as target:
        for chunk in chunks:
            size += len(chunk)
            if size > MOST_BYTES:
                words = _("The picture is larger than %(mb)d MB. Nothing was kept.") % {"mb": MOST_BYTES // MB}
                raise RuleBroken(words, code="too_big")
            target.write(chunk)


@transaction.atomic
def _kept(revision_id: int, file: StoredFile, media_type: str, name: str, alt: str, by: User) -> BodyPicture:
    body = governing_body(locked_draft(revision_id, by))
    if body is None or not body.is_markdown:
        raise RuleBroken(_("This revision is a file. A picture goes into a text."), code="no_text")
    taken = set(body.pictures.values_list("name", flat=True))
    if len(taken) >= MOST_PICTURES:
        raise RuleBroken(_("A text has at most %(most)d pictures.") % {"most": MOST_PICTURES}, code="too_many")
    picture = BodyPicture.objects.create(
        body=body,
        name=free_name(name, media_type, taken),
        alt=alt,
        file=file,
        media_type=media_type,
        added_at=timezone.now(),
        added_by=by,
    )
    credit(body.revision, by)
    record("documents.picture_put", body.revision, by=by, name=picture.name, sha256=file.sha256)
    return picture


def free_name(name: str, media_type: str, taken: Collection[str]) -> str:
    """Return a name that is safe in a text and not taken: letters, digits, hyphens, and the ending of its kind."""
    stem = _NOT_IN_NAME.sub("-", PurePosixPath(name).stem).strip("-").lower()[:60] or "picture"
    ending = "jpg" if media_type == "image/jpeg" else "png"
    names = (f"{stem}{f'-{number}' if number > 1 else ''}.{ending}" for number in range(1, MOST_PICTURES + 2))
    return next(each for each in names if each not in taken)
