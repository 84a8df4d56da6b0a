"""Where rooms are listed by name, the list is what the folders say; elsewhere they are found by looking."""

import tomllib

from django.conf import settings

from script.launcher.setup import watched
from tests.architecture.source import ROOMS, ROOT

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
PLATFORM = {f"qms.{app.parent.name}" for app in (ROOT / "qms").glob("*/apps.py")}


def contract(name: str) -> dict:
    return next(each for each in CONTRACTS["contracts"] if each["name"].startswith(name))


def test_the_settings_name_every_room_of_the_platform_and_find_the_others():
    assert (set(settings.PLATFORM), set(settings.ROOMS)) == (PLATFORM, set(ROOMS))


def test_the_contracts_of_imports_hold_every_room():
    packages = {"qms", *ROOMS}
    assert [
        set(CONTRACTS["root_packages"]),
        set(contract("Folders")["layers"]),
        set(contract("Files inside an app")["containers"]),
        set(contract("No circle")["ancestors"]),
    ] == [packages, packages, PLATFORM | set(ROOMS), packages]


def test_the_image_is_given_every_room_and_the_launcher_watches_it():
    given = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert ({*ROOMS, "qms"} - given, {*ROOMS, "qms", "static"} - {place.name for place in watched()}) == (set(), set())
