"""Reader of pictures: nothing but their size and a preview; the bytes that came are never what a browser gets."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from qms.core.parsers.model import Extracted, Outcome, pack
from qms.core.sandboxed import Failure, Refused

MOST_PIXELS = 40_000_000
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP")


@contextmanager
def opened(path: str) -> Iterator[Image.Image]:
    """Open a picture; raise Refused when it is damaged or has more than forty million pixels."""
    try:
        with Image.open(path, formats=_FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Refused(Failure.TOO_BIG, "image_pixels", most=MOST_PIXELS // 1_000_000)
            yield picture
    except Image.DecompressionBombError as error:
        raise Refused(Failure.TOO_BIG, "image_pixels", most=MOST_PIXELS // 1_000_000) from error
    except (UnidentifiedImageError, SyntaxError, ValueError, EOFError) as error:
        raise Refused(Failure.BROKEN) from error


def read(path: str) -> dict[str, Any]:
    """Read a picture: it holds no text, and has as many pages as frames that do not move."""
    with opened(path) as picture:
        picture.load()
        return pack(Extracted(Outcome.NO_TEXT, pages=_frames(picture)))


def pictures(path: str, out_dir: str, width: int, pages: Sequence[int], suffix: str) -> list[str]:
    """Write a preview of each wanted frame, upright and without the metadata of the original."""
    names = []
    with opened(path) as picture:
        frames = _frames(picture)
        for number, frame in enumerate(ImageSequence.Iterator(picture), start=1):
            if number in pages and number <= frames:
                names.append(f"page-{number:04}.{suffix}")
                upright = ImageOps.exif_transpose(frame).convert("RGB")
                upright.thumbnail((width, width * 4))
                upright.save(Path(out_dir) / names[-1])
    return names


def clean(path: str, out_dir: str, widest: int) -> dict[str, Any]:
    """Write a picture anew: upright, no wider than `widest` pixels, without metadata, as JPEG or PNG."""
    with opened(path) as picture:
        photograph = picture.format == "JPEG"
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((widest, widest * 4))
        kept = upright.convert("RGB" if photograph or not upright.has_transparency_data else "RGBA")
    name = "picture.jpg" if photograph else "picture.png"
    kept.save(Path(out_dir) / name, optimize=True, quality=88)
    media_type = "image/jpeg" if photograph else "image/png"
    return {"name": name, "media_type": media_type, "width": kept.width, "height": kept.height}


def _frames(picture: Image.Image) -> int:
    return int(getattr(picture, "n_frames", 1)) if picture.format == "TIFF" else 1
