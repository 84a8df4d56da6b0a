"""What is too large to be taken is refused by what it says of itself, before a byte of it is read (ASVS 5.2.1)."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

# The largest form holds a file and its own PDF, and fields beside them.
FILES_OF_A_FORM = 2


class OnlyWhatMayCome(FileUploadHandler):
    """Stands before the handlers that keep what is sent; lets every byte through to them."""

    def handle_raw_input(
        self, input_data: Any, meta: Mapping[str, Any], content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        """Raise RequestDataTooBig for a request that is longer than two of the largest files and their form."""
        most = FILES_OF_A_FORM * settings.MAX_UPLOAD_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if content_length > most:
            raise RequestDataTooBig(f"A request of {content_length} bytes; {most} are the most.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand on what has come."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Keep nothing: the handlers behind this one do."""
