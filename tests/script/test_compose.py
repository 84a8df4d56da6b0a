"""docker-compose.yml and Dockerfile. No image can be pulled where tests run: the files are read, their commands run.

PostgreSQL and Redis are real ones on free ports; only their names and ports are put in place of the containers'.
"""

import json
import os
import re
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml

from script.launcher.common import PYTHON, ROOT, VENV, end_group, job
from script.launcher.stores import cluster, free_port, redis, wait_for_port
from tests.script.surroundings import clean, until

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
ENV_FILE = {
    "QMS_HOST": "qms.example.org",
    "QMS_SECRET_KEY": "k" * 64,
    "QMS_OWNER_PASSWORD": "owner-secret",
    "QMS_APP_PASSWORD": "app-secret",
}
VARIABLE = re.compile(r"\$\$|\$\{(?P<name>\w+)(?::\?[^}]*)?\}")


def fill(text: str) -> str:
    """Put the variables of .env in place, as compose does."""
    return VARIABLE.sub(lambda found: ENV_FILE[found["name"]] if found["name"] else "$", text)


def image_command() -> list[str]:
    """Return the command of the image, which `web` does not replace."""
    return json.loads(re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[1])


def command(service: str) -> list[str]:
    return SERVICES[service].get("command") or image_command()


def test_the_services_are_those_of_the_house():
    assert sorted(SERVICES) == ["beat", "migrate", "postgres", "redis", "web", "worker"]


@pytest.mark.parametrize("service", ["beat", "postgres", "redis", "web", "worker"])
def test_each_part_that_runs_on_has_a_health_check_and_comes_back(service):
    part = SERVICES[service]
    assert (part["healthcheck"]["test"][0], part["restart"]) == ("CMD", "unless-stopped")


def test_what_a_container_writes_is_for_its_user_alone():
    entry = json.loads(re.search(r"^ENTRYPOINT (\[.*\])$", DOCKERFILE, re.MULTILINE)[1])
    done = subprocess.run([*entry, "sh", "-c", 'umask; echo "$1"', "sh", "two words"], capture_output=True, text=True)
    assert done.stdout.split("\n") == ["0077", "two words", ""]


def test_no_secret_stands_in_the_file():
    values = {name: value for part in SERVICES.values() for name, value in part.get("environment", {}).items()}
    secrets = [value for name, value in values.items() if re.search("PASSWORD|SECRET", name)]
    secrets += re.findall(r"://\w+:(.*)@", "\n".join(values.values()))
    assert [secret for secret in secrets if not re.fullmatch(r"\$\{\w+(:\?[^}]*)?\}", secret)] == []


@pytest.mark.parametrize("service", ["beat", "web", "worker"])
def test_only_the_migration_knows_the_owner_of_the_tables(service):
    assert [name for name, value in SERVICES[service]["environment"].items() if "OWNER" in name + value] == []


@pytest.mark.parametrize("service", ["beat", "migrate", "web", "worker"])
def test_the_product_runs_without_rights_it_does_not_need(service):
    part = SERVICES[service]
    assert (part["read_only"], part["cap_drop"], part["security_opt"]) == (True, ["ALL"], ["no-new-privileges:true"])


def test_every_volume_that_is_used_is_declared():
    used = {volume.split(":")[0] for part in SERVICES.values() for volume in part.get("volumes", [])}
    assert used == set(COMPOSE["volumes"])


def test_the_image_is_not_run_as_root_and_takes_wheels_of_the_lock_only():
    users = re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE)
    install = re.search(r"^RUN pip install (.*)$", DOCKERFILE, re.MULTILINE)[1]
    assert users == ["qms"]
    assert install.split() == [
        "--no-cache-dir",
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--requirement",
        "script/requirements/run.txt",
    ]


def test_what_the_image_is_given_is_in_the_checkout():
    given = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert [name for name in given if not (ROOT / name).exists()] == []


class Compose:
    """The services of the file, each command as it stands there, on addresses of this machine."""

    def __init__(self, folder: Path, stack: ExitStack):
        self.folder, self.stack = folder, stack
        self.port = free_port()
        self.database_port = stack.enter_context(cluster(folder / "stores", host_auth="scram-sha-256"))
        self.redis_url = stack.enter_context(redis(folder / "stores"))["QMS_REDIS_URL"]

    def local(self, text: str) -> str:
        """Put this machine's addresses in place of the containers'."""
        places = {
            "redis://redis:6379/0": self.redis_url,
            "postgres:5432": f"127.0.0.1:{self.database_port}",
            "web:8000": f"127.0.0.1:{self.port}",
            ":8000": f":{self.port}",
        }
        for theirs, ours in places.items():
            text = text.replace(theirs, ours)
        return fill(text)

    def environment(self, service: str) -> dict[str, str]:
        given = {name: self.local(str(value)) for name, value in SERVICES[service]["environment"].items()}
        own = {"QMS_DATA": str(self.folder / "data"), "QMS_STATIC": str(self.folder / "static")}
        return {**clean(), "PATH": f"{VENV / 'bin'}:{os.environ['PATH']}", **own, **given}

    def run(self, service: str, words: list[str]) -> subprocess.CompletedProcess[str]:
        local = [self.local(word) for word in words]
        env = self.environment(service)
        return subprocess.run(local, cwd=ROOT, env=env, capture_output=True, text=True, timeout=240)

    def make_roles(self) -> None:
        """Run the script that the image of PostgreSQL runs on an empty database."""
        env = {**os.environ, **ENV_FILE, "PGHOST": str(self.folder / "stores"), "PGPORT": str(self.database_port)}
        script = fill(COMPOSE["configs"]["roles"]["content"])
        subprocess.run(["bash", "-c", script], env=env, check=True, capture_output=True, timeout=60)

    def collect(self) -> None:
        """Run the line of the Dockerfile that collects the static files."""
        line = re.search(r"^RUN (QMS_SECRET_KEY=.*)$", DOCKERFILE, re.MULTILINE)[1]
        env = self.environment("web")
        subprocess.run(["sh", "-c", line], cwd=ROOT, env=env, check=True, capture_output=True, timeout=240)

    def start(self, service: str) -> subprocess.Popen[str]:
        log = self.stack.enter_context((self.folder / f"{service}.log").open("w"))
        words = [self.local(word) for word in command(service)]
        process = subprocess.Popen(
            words, cwd=ROOT, env=self.environment(service), stdout=log, stderr=log, process_group=0, text=True
        )
        self.stack.callback(end_group, process)
        return process

    def well(self, service: str, seconds: float) -> str:
        """Run the health check until it says that the service is well; return "" then, else its last words."""
        check = SERVICES[service]["healthcheck"]["test"][1:]
        until(lambda: self.run(service, check).returncode == 0, seconds, pause=1)
        done = self.run(service, check)
        return (done.stdout + done.stderr) if done.returncode else ""


@pytest.fixture(scope="module")
def compose():
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qms-compose-")))
        folder.chmod(0o755)
        (folder / "stores").mkdir()
        (folder / "data").mkdir()
        running = Compose(folder, stack)
        running.make_roles()
        running.collect()
        migrated = running.run("migrate", command("migrate"))
        assert migrated.returncode == 0, migrated.stderr
        for service in ("web", "worker", "beat"):
            running.start(service)
        yield running


@pytest.mark.release
def test_the_migration_leaves_the_application_without_the_right_to_change_tables(compose):
    address = compose.environment("web")["QMS_DATABASE_URL"]
    made = subprocess.run(["psql", address, "-c", "CREATE TABLE t ()"], capture_output=True, text=True)
    assert (made.returncode, "permission denied for schema public" in made.stderr) == (1, True)


@pytest.mark.release
def test_a_wrong_password_is_refused(compose):
    address = compose.environment("web")["QMS_DATABASE_URL"].replace("app-secret", "guess")
    tried = subprocess.run(["psql", address, "-c", "SELECT 1"], capture_output=True, text=True)
    assert (tried.returncode, "password authentication failed" in tried.stderr) == (2, True)


@pytest.mark.release
def test_the_web_container_is_well_once_it_answers(compose):
    assert compose.well("web", seconds=60) == ""


@pytest.mark.release
def test_the_image_has_collected_the_static_files(compose):
    assert (compose.folder / "static" / "staticfiles.json").exists()


@pytest.mark.release
def test_the_worker_is_ready_and_beat_keeps_its_schedule(compose):
    worker = until(lambda: "ready." in (compose.folder / "worker.log").read_text())
    beat = until(lambda: any((compose.folder / "data").glob("beat-schedule*")))
    assert (worker, beat) == (True, True)


@pytest.mark.release
def test_worker_and_beat_are_well_within_their_start_period(compose):
    assert (compose.well("beat", seconds=120), compose.well("worker", seconds=120)) == ("", "")


def test_the_health_check_tells_a_part_that_is_down():
    nobody = subprocess.run(
        [PYTHON, ROOT / "script" / "health.py", f"127.0.0.1:{free_port()}", "database"], capture_output=True, text=True
    )
    assert (nobody.returncode, "does not answer" in nobody.stdout) == (1, True)


@pytest.mark.release
def test_postgres_and_redis_answer_their_health_checks(compose):
    places = {"PGHOST": "127.0.0.1", "PGPORT": str(compose.database_port)}
    postgres = subprocess.run(
        SERVICES["postgres"]["healthcheck"]["test"][1:], env={**os.environ, **places}, capture_output=True, timeout=30
    )
    port = compose.redis_url.rsplit(":", 1)[1].split("/")[0]
    ping, *words = SERVICES["redis"]["healthcheck"]["test"][1:]
    redis_answer = subprocess.run([ping, "-p", port, *words], capture_output=True, text=True, timeout=30)
    assert (postgres.returncode, redis_answer.stdout) == (0, "PONG\n")


def test_redis_starts_with_the_options_of_the_file(tmp_path):
    port = free_port()
    words = [*command("redis"), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(tmp_path)]
    with job("redis", words) as running:
        wait_for_port(port, running)
        policy = subprocess.run(
            ["redis-cli", "-p", str(port), "config", "get", "maxmemory-policy"],
            capture_output=True,
            text=True,
            timeout=30,
        )
    assert policy.stdout.split() == ["maxmemory-policy", "volatile-lru"]
