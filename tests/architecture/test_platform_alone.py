"""The platform knows nothing of the rooms that stand on it."""

import os
import subprocess
import sys

from tests.architecture.source import ROOT

ALONE = {
    "DJANGO_SETTINGS_MODULE": "tests.platform_alone",
    "QMS_SECRET_KEY": "only for a check, which knows no secrets and keeps none at all",
}
VISIT = """
import django
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("check", fail_level="WARNING")
call_command("migrate", verbosity=0)
client = Client(headers={"host": "localhost"})
print(client.get("/").url, client.get("/accounts/login/").status_code)
"""


def test_the_platform_starts_migrates_and_answers_with_the_rooms_of_records_left_out(tmp_path):
    (tmp_path / "static").mkdir()
    env = {**os.environ, **ALONE, "QMS_DATA": str(tmp_path), "QMS_DATABASE_URL": "", "QMS_REDIS_URL": ""}
    done = subprocess.run([sys.executable, "-c", VISIT], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.stdout.strip().splitlines()[-1:] == ["/accounts/login/?next=/ 200"], done.stderr[-2000:]
