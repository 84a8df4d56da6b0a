"""Refusals with words for people."""

from django.utils.functional import Promise


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
