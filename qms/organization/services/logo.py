"""The organization's logo: a picture written anew in the sandbox, and the span in which it holds."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction
from django.utils.translation import gettext as _

from qms.core.actors import Actor
from qms.core.errors import RuleBroken
from qms.core.parsers.pictures import clean_picture
from qms.organization.models import Logo
from qms.organization.rights import Can
from qms.organization.services.checks import one_at_a_time, require
from qms.organization.services.options import hold

MOST_BYTES = 2 * 1024 * 1024
# 70 mm on paper at 300 dots an inch.
WIDEST = 830
KEY = "organization.logo"


def put_logo(*, chunks: Iterable[bytes], by: Actor) -> Logo:
    """Let prints and pages carry a logo from now on; what is printed already stays as it is.

    Raises NotPermitted without the right to change settings, RuleBroken for what is no picture or over 2 MB.
    """
    require(by, Can.CHANGE_SETTINGS)
    data, media_type = _cleaned(chunks)
    digest = sha256(data).hexdigest()
    with transaction.atomic():
        one_at_a_time()
        logo, _new = Logo.objects.get_or_create(sha256=digest, defaults={"media_type": media_type, "data": data})
        hold(key=KEY, value=digest, by=by)
    return logo


@transaction.atomic
def remove_logo(*, by: Actor) -> None:
    """Do without a logo from now on; raises NotPermitted without the right to change settings."""
    require(by, Can.CHANGE_SETTINGS)
    one_at_a_time()
    hold(key=KEY, value="", by=by)


def _cleaned(chunks: Iterable[bytes]) -> tuple[bytes, str]:
    with TemporaryDirectory(prefix="qms-logo-") as folder:
        path = Path(folder) / "upload"
        data = b"".join(_bounded(chunks))
        path.write_bytes(data)
        found = clean_picture(path, Path(folder), widest=WIDEST)
        if found.words:
            raise RuleBroken(found.words, code="no_picture")
        return found.path.read_bytes(), found.media_type


def _bounded(chunks: Iterable[bytes]) -> Iterable[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MOST_BYTES:
            raise RuleBroken(_("The logo is larger than %(mb)d MB. Nothing was changed.") % {"mb": 2}, code="too_big")
        yield chunk
