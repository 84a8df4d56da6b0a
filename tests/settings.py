"""Settings of the test run: the product's own, in a folder of its own, with quick password hashes."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

# In memory where the machine has such a place: what the run writes need not outlive it.
_shelf = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
_data = Path(tempfile.mkdtemp(prefix="qms-test-", dir=_shelf))
atexit.register(lambda made_by: os.getpid() == made_by and shutil.rmtree(_data, ignore_errors=True), os.getpid())
(_data / "static").mkdir()
_owner_url = os.environ.pop("QMS_DATABASE_OWNER_URL", "")
_app_url = os.environ.get("QMS_DATABASE_URL", "")
os.environ["QMS_DATA"] = str(_data)
os.environ.setdefault("QMS_SECRET_KEY", "only for the test run, which knows no secrets and keeps none")
if _owner_url:
    os.environ["QMS_DATABASE_URL"] = _owner_url

from qms.settings import *  # noqa: E402, F403 - the environment above decides what is read here
from qms.settings import DATABASES, LOGGING, STORAGES, TEMPLATES  # noqa: E402

if _app_url and _owner_url:
    _parts = urlsplit(_app_url)
    # The run migrates as the owner and then works as the hardened role (conftest.py).
    APPLICATION_ROLE = {"USER": _parts.username, "PASSWORD": _parts.password or ""}
else:
    APPLICATION_ROLE = None

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(_data / "test.sqlite3")}
    _options = DATABASES["default"]["OPTIONS"]
    _options["init_command"] = _options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
else:
    DATABASES["default"]["TEST"] = {"NAME": f"test_qms_{os.getpid()}"}
    DATABASES["default"]["CONN_MAX_AGE"] = 0

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
(_data / "static").mkdir(exist_ok=True)
# Each client of a test makes the middleware anew: files are looked for when they are asked for.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = ""
LOGGING["handlers"]["undefined"] = {"class": "tests.strict.UndefinedVariable", "level": "DEBUG"}
LOGGING["loggers"]["django.template"] = {"handlers": ["undefined"], "level": "DEBUG", "propagate": False}
LOGGING["root"]["level"] = "WARNING"
ALLOWED_HOSTS = ["*"]
