"""Addresses of the whole house: each room brings its own `urls.py`, named by string."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

_ROOMS_WITH_PAGES = [room for room in (*settings.PLATFORM, *settings.ROOMS) if find_spec(f"{room}.urls")]

urlpatterns = [
    *(path("", include(f"{room}.urls")) for room in _ROOMS_WITH_PAGES),
    # After the rooms: the organization closes or replaces some pages of the library.
    path("accounts/", include("allauth.urls")),
]

handler400 = "qms.core.middleware.not_understood"
handler500 = "qms.core.middleware.failed"
