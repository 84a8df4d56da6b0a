"""What a token may do."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class TokenScope(StrEnum):
    """How far a token reaches within the rights of its person."""

    READ = "read"
    WRITE = "write"


SCOPE_WORDS: dict[TokenScope, Promise] = {
    TokenScope.READ: _("Read"),
    TokenScope.WRITE: _("Read and write"),
}
