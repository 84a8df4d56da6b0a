"""docs/deploying.md is right about what it names."""

import re

from django.core.management import get_commands

from script.launcher.common import ROOT

PAGE = (ROOT / "docs" / "deploying.md").read_text()


def read_by_the_settings() -> set[str]:
    sources = [(ROOT / "qms" / "settings.py").read_text(), (ROOT / "qms" / "core" / "env.py").read_text()]
    return set(re.findall(r'"(QMS_[A-Z0-9_]+)"', "\n".join(sources)))


def test_the_table_names_every_variable_and_no_other():
    rows = re.findall(r"^\| (`QMS_[^|]*) \|", PAGE, re.MULTILINE)
    assert set(re.findall(r"QMS_[A-Z0-9_]+", " ".join(rows))) == read_by_the_settings()


def test_every_option_of_the_server_is_explained():
    source = (ROOT / "script" / "launcher" / "server.py").read_text()
    asked = set(re.findall(r'add_argument\("(--[a-z-]+)"', source))
    assert {option for option in asked if f"`{option}" not in PAGE and f" {option} " not in PAGE} == set()


def test_every_command_that_is_named_is_there():
    """As `script/manage [--data DIR] X`, `manage.py X` or `qms-manage X`; X alone stands for any of them."""
    named = re.findall(r"(?:script/manage(?: --data \S+)?|manage\.py|qms-manage) ([a-z]\w+)", PAGE)
    assert (set(named) - set(get_commands()), {"set_up", "restore", "import_folder"} - set(named)) == (set(), set())
