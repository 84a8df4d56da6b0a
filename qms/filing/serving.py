"""Serving stored bytes: always as a download, never rendered by the browser. The caller checks rights."""

import logging
from typing import IO

from django.http import FileResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken
from qms.filing.models import StoredFile
from qms.filing.services import open_file
from qms.filing.services.files import clean_name, the_store

logger = logging.getLogger(__name__)


def serve(file: StoredFile, name: str, media_type: str, *, inline: bool = False) -> FileResponse:
    """Return stored bytes as a download under a name. `inline` is for PDFs that were made here, never for uploads.

    Raises RuleBroken when the store has lost the bytes or part of them, or does not answer.
    """
    response = FileResponse(_opened(file), content_type=media_type if inline else "application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(not inline, clean_name(name)) or "attachment"
    response.headers["Content-Length"] = str(file.size)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _opened(file: StoredFile) -> IO[bytes]:
    try:
        if the_store().size(file.storage_name) == file.size:
            return open_file(file)
    except FileNotFoundError:
        logger.error("The file store has lost %s.", file.sha256)
    except OSError as error:
        logger.exception("The file store does not answer.")
        raise RuleBroken(_("The file store does not answer. Please try again later."), code="store_down") from error
    raise RuleBroken(
        _("The file store does not have this file any more (SHA-256 %(hash)s).") % {"hash": file.sha256},
        code="file_missing",
    )
