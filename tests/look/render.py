"""Renders templates with the project's own folders and nothing of its rooms: no database, no person signed in."""

import logging
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django.template import Context, RequestContext
from django.template.backends.django import DjangoTemplates
from django.test import RequestFactory, override_settings

from tests.look.specimens import filled, shell

FOLDERS = [settings.BASE_DIR / "templates", settings.BASE_DIR / "tests" / "look" / "templates"]
LOADERS = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
CACHED = [("django.template.loaders.cached.Loader", LOADERS)]


class Undefined(logging.Handler):
    """A name that a template does not get is a mistake, not an empty string."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.names = []

    def emit(self, record):
        if str(record.msg).startswith("Exception while resolving variable"):
            self.names.append(record.getMessage())


@contextmanager
def no_undefined_names():
    logger, handler = logging.getLogger("django.template"), Undefined()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    assert handler.names == [], handler.names


@cache
def engine():
    return DjangoTemplates(
        {
            "NAME": "look",
            "DIRS": FOLDERS,
            "APP_DIRS": False,
            "OPTIONS": {
                "loaders": [("template_partials.loader.Loader", CACHED)],
                "context_processors": ["django.template.context_processors.request"],
            },
        }
    )


def page(template, *, theme="auto", path="/", headers=None, **extra):
    """Return the HTML of a template filled as all specimens are."""
    request = RequestFactory().get(path, headers=headers)
    values = {**filled(), "messages": [], "shell": shell(theme), "csrf_token": "x" * 64, **extra}
    with override_settings(ROOT_URLCONF="tests.look.urls"), no_undefined_names():
        return engine().engine.get_template(template).render(RequestContext(request, values))


def part(source, **values):
    """Return what a line of template source makes."""
    values.setdefault("request", RequestFactory().get("/"))
    with no_undefined_names():
        return engine().engine.from_string("{% load ui parts %}" + source).render(Context(values)).strip()
