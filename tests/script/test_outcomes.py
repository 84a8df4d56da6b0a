"""script/test: nothing is left out in silence, and under CI nothing may be left out at all."""

import os
import subprocess

import pytest

from script.launcher import checks, debian
from script.launcher.checks import Check
from script.launcher.common import Stop
from script.launcher.stores import stores
from script.launcher.test import Outcome, report, run, run_all

PASSED = Outcome("one", "passed", 1.0)
FAILED = Outcome("two", "FAILED", 2.0)
LEFT_OUT = Outcome("three", "LEFT OUT", 0.0, "not installed: chromium")


@pytest.mark.parametrize(
    ("command", "end"), [(["true"], "passed"), (["false"], "FAILED"), (["sh", "-c", "exit 5"], "FAILED")]
)
def test_a_check_ends_as_its_command_does(command, end):
    assert run(Check("a check", command), dict(os.environ)).end == end


def test_a_test_run_without_tests_is_left_out_and_says_so():
    outcome = run(Check("a run", ["sh", "-c", "exit 5"], live=True), dict(os.environ))
    assert (outcome.end, outcome.reason) == ("LEFT OUT", "there is no such test")


def test_checks_that_read_run_at_once_and_tests_after_them_each_in_its_order(tmp_path):
    waits = ["sh", "-c", f"until test -e {tmp_path}/there; do sleep 0.05; done"]
    planned = [
        Check("tests", ["test", "-e", f"{tmp_path}/there"], live=True),
        Check("first", waits),
        Check("second", ["touch", f"{tmp_path}/there"]),
    ]
    outcomes = run_all(planned, dict(os.environ))
    assert [(each.name, each.end) for each in outcomes] == [
        ("first", "passed"),
        ("second", "passed"),
        ("tests", "passed"),
    ]


def test_a_check_shows_what_its_command_printed_only_when_it_fails(capsys):
    run(Check("quiet", ["sh", "-c", "echo hidden"]), dict(os.environ))
    run(Check("loud", ["sh", "-c", "echo shown; exit 1"]), dict(os.environ))
    lines = capsys.readouterr().out.splitlines()
    assert ("hidden" in lines, "shown" in lines) == (False, True)


@pytest.mark.parametrize(
    ("outcomes", "ci", "code"),
    [
        ([PASSED], False, 0),
        ([PASSED], True, 0),
        ([PASSED, FAILED], False, 1),
        ([PASSED, LEFT_OUT], False, 0),
        ([PASSED, LEFT_OUT], True, 1),
    ],
)
def test_what_is_left_out_fails_under_ci_only(outcomes, ci, code):
    assert report(outcomes, ci=ci) == code


def test_what_was_left_out_is_said_last(capsys):
    report([LEFT_OUT, PASSED], ci=False)
    assert capsys.readouterr().out.splitlines()[-1] == "!! LEFT OUT: three: not installed: chromium"


def test_each_tier_holds_the_one_below():
    quick, default, release = (
        [check.name for check in checks.tests(tier, [])] for tier in ("quick", "default", "release")
    )
    assert (default[: len(quick)], release[: len(default)]) == (quick, default)
    assert len(quick) < len(default) < len(release)


def test_the_static_checks_come_in_the_order_of_the_house():
    assert [check.name for check in checks.static()] == [
        "ruff format --check",
        "ruff check",
        "djade --check",
        "lint-imports",
        "mypy --strict",
        "manage.py check --deploy",
        "makemigrations --check",
    ]


def test_a_missing_package_is_named_with_the_command_that_mends_it(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Stop) as refused:
        debian.require(["chromium"])
    assert str(refused.value) == "not installed: chromium (as root: apt-get install chromium)"


def test_our_own_postgresql_knows_an_owner_and_an_application_that_may_not_make_tables():
    with stores() as addresses:
        made = [
            subprocess.run(["psql", addresses[name], "-c", "CREATE TABLE t ()"], capture_output=True).returncode
            for name in ("QMS_DATABASE_OWNER_URL", "QMS_DATABASE_URL")
        ]
    assert made == [0, 1]
