"""Refusals with words for people."""

import errno

from django.db import OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class RuleBroken(Exception):
    """A rule of the house says no. Carries the sentence that the person is shown (409 in the API)."""

    def __init__(self, message: "str | Promise", *, code: str = "rule_broken") -> None:
        super().__init__(message)
        self.message = message
        self.code = code

    def __str__(self) -> str:
        return str(self.message)


class NotPermitted(RuleBroken):
    """The person may see the thing but may not do this with it (403)."""

    def __init__(self, message: "str | Promise", *, code: str = "not_permitted") -> None:
        super().__init__(message, code=code)


class Stale(RuleBroken):
    """The thing has changed since the person looked at it (409); nothing was done."""

    def __init__(self, message: "str | Promise", *, code: str = "stale") -> None:
        super().__init__(message, code=code)


class NoRoom(RuleBroken):
    """A disk is full: what was wanted was not saved, and nothing was changed (507)."""

    def __init__(self) -> None:
        super().__init__(_("There is no room left: not saved, nothing was changed. Please tell IT."), code="no_room")


def no_room(error: BaseException | None) -> bool:
    """Return whether something failed because a disk, a quota or the database is full."""
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    if isinstance(error, OperationalError):
        # SQLite says it in words, PostgreSQL by its code (class 53, disk_full).
        return "disk is full" in str(error) or getattr(error.__cause__, "pgcode", "") == "53100"
    return False
