"""Pictures that people put into texts and on letterheads: raster formats alone, written anew in the sandbox."""

from dataclasses import dataclass
from pathlib import Path

from qms.core import sandbox
from qms.core.parsers import kinds, words
from qms.core.parsers.kinds import Signature
from qms.core.parsers.model import Outcome

TAKEN = frozenset({Signature.PNG, Signature.JPEG, Signature.GIF, Signature.WEBP})
# What a file dialog of a browser offers.
ACCEPT = "image/png,image/jpeg,image/gif,image/webp"


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A picture as it is kept: where it was written and what it is; or the words why it is not taken."""

    words: str = ""
    path: Path = Path()
    media_type: str = ""
    width: int = 0
    height: int = 0


def clean_picture(path: Path, out_dir: Path, *, widest: int) -> CleanPicture:
    """Write a picture anew into a folder: upright, at most so wide, without metadata (ASVS 14.2.8).

    What comes out is a PNG or a JPEG of ours; the bytes that came are never shown. A file that is no PNG, JPEG, GIF or
    WebP, or is damaged, or has more than forty million pixels, gives its reason in words.
    """
    with path.open("rb") as stream:
        if kinds.signature(stream.read(kinds.HEAD)) not in TAKEN:
            return CleanPicture(words.reason(Outcome.UNSUPPORTED, "picture_kind"))
    arguments = {"path": str(path), "out_dir": str(out_dir), "widest": widest}
    result = sandbox.run("qms.core.parsers.readers.image:clean", arguments)
    if result.failure is not None:
        return CleanPicture(words.reason(result.failure, result.code, result.facts))
    value = result.value
    return CleanPicture("", out_dir / value["name"], value["media_type"], value["width"], value["height"])
