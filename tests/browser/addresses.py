"""The addresses of the project that people open, by name."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

# Answered to programs, not to people.
FOR_PROGRAMS = ("api/v1/", "healthz")
# What the library brings and this house closes, or what needs another way of signing in than this house has set up.
CLOSED = tuple(
    f"accounts/{path}"
    for path in (
        "(?:",
        "3rdparty/",
        "confirm-email/",
        "email/",
        "login/code/",
        "oidc/",
        "sessions/",
        "signup/",
        "social/",
    )
)


def named() -> list[str]:
    """Return the name of every address of the project that people open."""
    return list(dict.fromkeys(_names(get_resolver(), "", "")))


def _names(resolver: URLResolver, above: str, space: str) -> Iterator[str]:
    for each in resolver.url_patterns:
        path = above + str(each.pattern).removeprefix("^")
        if isinstance(each, URLPattern):
            if each.name and not path.startswith((*FOR_PROGRAMS, *CLOSED)):
                yield space + each.name
        else:
            yield from _names(each, path, f"{each.namespace}:" if each.namespace else space)
