"""script/requirements: what is installed is named to the last byte, and no registry is."""

import re

import pytest

from script.launcher.common import ROOT

FOLDER = ROOT / "script" / "requirements"
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ;\\]+)(?P<marker> ; [^\\]+)? \\$")


def lines(lock: str) -> list[str]:
    return (FOLDER / f"{lock}.txt").read_text().splitlines()


def pins(lock: str) -> set[tuple[str, str]]:
    found = (PIN.match(line) for line in lines(lock))
    return {(pin["name"], pin["version"]) for pin in found if pin}


@pytest.mark.parametrize("lock", ["run", "test"])
def test_a_lock_holds_pins_and_hashes_and_nothing_else(lock):
    strange = [
        line
        for line in lines(lock)
        if not PIN.match(line) and not re.match(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$", line)
    ]
    assert strange == []


@pytest.mark.parametrize("lock", ["run", "test"])
def test_every_pin_has_a_hash(lock):
    text = lines(lock)
    bare = [
        line
        for line, following in zip(text, [*text[1:], ""], strict=True)
        if PIN.match(line) and "--hash" not in following
    ]
    assert bare == []


@pytest.mark.parametrize("lock", ["run", "test"])
def test_every_package_asked_for_is_locked(lock):
    asked = [line for line in (FOLDER / f"{lock}.in").read_text().splitlines() if line[:1].isalnum()]
    names = {re.split(r"[\[~=<>]", line)[0].lower().replace("_", "-") for line in asked}
    assert names - {name for name, _ in pins(lock)} == set()


def test_the_tests_run_on_what_the_product_runs_on():
    assert pins("run") - pins("test") == set()
