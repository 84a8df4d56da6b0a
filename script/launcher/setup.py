"""What stands between a checkout and a product that can serve; each step is skipped while nothing of it has changed."""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

from script.launcher import data, debian, environment
from script.launcher.common import PYTHON, ROOT, Job, Stop, digest, holders, job, say

UNUSED = ("--ignore", "rest_framework")  # the pages of the API browser, which the content policy rules out
FIRST_PERSON = (
    "Nobody can sign in yet. Make the first person: "
    'script/manage --data {folder} set_up "Our organization" --username ann --name "Ann Lee" --zone Europe/Berlin'
)
HOLDS_THE_DEMO = (
    "The folder {folder} holds the demo organization, and --no-demo begins without it: name another folder with "
    "--data OTHER, or leave --no-demo out."
)
LOCK = ROOT / "script" / "requirements" / "run.txt"


def watched() -> list[Path]:
    """Return the folders whose change asks for a new set-up: the platform, every room beside it, static files."""
    return [ROOT / "qms", ROOT / "static", *(app.parent for app in sorted(ROOT.glob("*/apps.py")))]


@dataclass
class State:
    """What the launcher keeps of a data folder: what it was last set up for, and the demo's logins.

    `demo` is "" (none), "wanted" (on the first start, until it is loaded) or "loaded".
    """

    fingerprint: str = ""
    demo: str = ""
    logins: str = ""


def install() -> None:
    """Install the requirements and, beside that, what Debian has to give; say what stays missing."""
    lacking = debian.missing((*debian.PANGO, *debian.FONTS))
    if lacking and debian.may_install():
        say(f"Installing from Debian: {', '.join(lacking)}")
        with debian.installing(lacking) as apt:
            environment.ensure("run")
            apt.process.wait()
    environment.ensure("run")
    _say_what_is_missing()


def _say_what_is_missing() -> None:
    for packages, loss in (
        (debian.PANGO, "no PDF can be made"),
        (debian.FONTS, "PDFs lack letters, Chinese, Japanese and Korean ones at least"),
    ):
        lacking = " ".join(debian.missing(packages))
        if lacking:
            say(f"Missing: {lacking}; until then {loss}. Mend: apt-get install {lacking} (as root), then start again.")


def prepare(folder: Path, env: Mapping[str, str], *, demo: bool) -> State:
    """Bring database, static files and, on the first start, the demo organization up to date; return what is there.

    Raises Stop where no demo is wanted and the folder holds it.
    """
    file = folder / "launcher.json"
    known = _is_known(folder, env)
    state = _read(file) if known else State(demo="wanted")
    if not demo and _holds_the_demo(state, env, known=known):
        raise Stop(HOLDS_THE_DEMO.format(folder=folder))
    if state.demo == "wanted" and not demo:
        state = replace(state, demo="")
    fingerprint = _fingerprint(env)
    if state.fingerprint != fingerprint:
        state = _set_up(file, state, env)
        state = _write(file, replace(state, fingerprint=fingerprint))
    if not state.demo and env.get("QMS_DEMO") == "1" and _demo_is_there(env):
        state = _write(file, _with_logins(replace(state, demo="loaded"), env))
    if not _has_people(folder, env):
        say(FIRST_PERSON.format(folder=folder))
    return state


def is_under_way(folder: Path) -> bool:
    """Say whether a script/server that runs has not finished setting this folder up."""
    return folder.is_dir() and not _read(folder / "launcher.json").fingerprint and bool(holders(folder))


def _holds_the_demo(state: State, env: Mapping[str, str], *, known: bool) -> bool:
    return state.demo == "loaded" or (state.demo == "wanted" and known and _demo_is_there(env))


def _set_up(file: Path, state: State, env: Mapping[str, str]) -> State:
    say("Preparing database and static files")
    state = _write(file, replace(state, fingerprint=""))
    with _manage(env, "collectstatic", "--noinput", "--clear", *UNUSED) as static:
        _migrate(env)
        state = _load_demo(file, state, env)
        static.finish()
    return state


def _load_demo(file: Path, state: State, env: Mapping[str, str]) -> State:
    if state.demo == "wanted":
        if not _demo_is_there(env):
            say("Loading the demo organization")
            _finish(env, "demo")
        state = _write(file, replace(state, demo="loaded"))
    return _with_logins(state, env) if state.demo == "loaded" else state


def _with_logins(state: State, env: Mapping[str, str]) -> State:
    return replace(state, logins=_finish({**env, "QMS_LOG_LEVEL": "ERROR"}, "demo", "--logins"))


def _demo_is_there(env: Mapping[str, str]) -> bool:
    """Say whether the demo organization is there: an earlier start was interrupted, or it was loaded by hand."""
    return _succeeds(env, "demo", "--logins")


def _succeeds(env: Mapping[str, str], *arguments: str) -> bool:
    with _manage(env, *arguments) as asked:
        return asked.process.wait() == 0


def _migrate(env: Mapping[str, str]) -> None:
    if env.get("QMS_DATABASE_OWNER_URL"):
        _finish(env, "migrate", "--noinput", "--database", "owner")
        _finish(env, "harden", "--apply")
    else:
        _finish(env, "migrate", "--noinput")


def _manage(env: Mapping[str, str], *arguments: str) -> AbstractContextManager[Job]:
    return job(f"manage.py {arguments[0]}", [PYTHON, ROOT / "manage.py", *arguments], env)


def _finish(env: Mapping[str, str], *arguments: str) -> str:
    with _manage(env, *arguments) as running:
        return running.finish()


def _is_known(folder: Path, env: Mapping[str, str]) -> bool:
    """Say whether this is not the first start: of a database server the launcher's own file tells, or its people."""
    if env.get("QMS_DATABASE_URL"):
        return (folder / "launcher.json").exists() or _has_people(folder, env)
    return data.has_tables(folder)


def _has_people(folder: Path, env: Mapping[str, str]) -> bool:
    if env.get("QMS_DATABASE_URL"):
        return _succeeds(env, "anybody")
    return data.has_people(folder)


def _fingerprint(env: Mapping[str, str]) -> str:
    """Return what set-up depends on: the code (migrations and triggers among it), static files, packages, database."""
    files = [file for place in watched() for file in place.rglob("*.*") if "__pycache__" not in file.parts]
    return digest([*filter(Path.is_file, files), LOCK]) + sha256(env.get("QMS_DATABASE_URL", "").encode()).hexdigest()


def _read(file: Path) -> State:
    return State(**json.loads(file.read_text(encoding="utf-8"))) if file.exists() else State()


def _write(file: Path, state: State) -> State:
    beside = file.with_suffix(".new")
    beside.touch(mode=0o600)
    beside.write_text(json.dumps(asdict(state), indent=1), encoding="utf-8")
    beside.replace(file)
    return state
