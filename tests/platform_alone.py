"""Settings of the platform with no room of records above it."""

from qms.settings import *  # noqa: F403
from qms.settings import INSTALLED_APPS, ROOMS, STORAGES

INSTALLED_APPS = [name for name in INSTALLED_APPS if name not in ROOMS]
ROOMS = []
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
