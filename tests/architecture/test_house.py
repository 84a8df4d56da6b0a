"""The house keeps its own rules: who writes, how long things are, what is said about them."""

import ast
import statistics

import pytest

from tests.architecture.source import ROOT, files, functions, name, tree

WRITES = {"save", "create", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "create_user"}
TOP = {
    "manage.py",
    "qms",
    "documents",
    "audits",
    "nonconformities",
    "templates",
    "static",
    "tests",
    "pyproject.toml",
    "docker-compose.yml",
    "README.md",
    "docs",
    "bench",
    "script",
    "Dockerfile",
}


def is_service(path) -> bool:
    return path.stem == "services" or "services" in path.parts


def test_the_top_level_is_what_was_asked_for():
    kept_out = {"data", "node_modules"}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} - kept_out
    assert found - TOP == set()


@pytest.mark.parametrize(
    "path", [path for path in files() if not is_service(path) and "core" not in path.parts], ids=name
)
def test_only_services_write(path):
    found = [
        f"{node.lineno}: {ast.unparse(node)[:60]}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and not _is_allowed(path, node)
    ]
    assert found == []


def _is_allowed(path, call: ast.Call) -> bool:
    """Model managers define `create_user`; forms, sessions, zips and pictures are not the database."""
    source = ast.unparse(call.func)
    return (path.stem == "models" or "models" in path.parts) or source.startswith(
        ("super()", "pdf.", "image.", "store.")
    )


@pytest.mark.parametrize("path", files(), ids=name)
def test_no_file_is_longer_than_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", files(), ids=name)
def test_no_function_has_60_lines(path):
    assert [f.name for f in functions(path) if (f.end_lineno or 0) - f.lineno + 1 >= 60] == []


def test_functions_are_a_few_lines_long():
    lengths = sorted((f.end_lineno or 0) - f.lineno + 1 for path in files() for f in functions(path))
    assert statistics.median(lengths) <= 10
    assert lengths[int(len(lengths) * 0.95)] <= 32


@pytest.mark.parametrize("path", files(), ids=name)
def test_every_public_function_and_class_says_what_it_is(path):
    if path.name in {"urls.py", "settings.py"} or "commands" in path.parts:
        return
    found = [
        node.name
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    ]
    assert found == []


@pytest.mark.parametrize("path", files(), ids=name)
def test_nothing_is_left_open_or_switched_off(path):
    marks = ("TODO", "FIXME", "XXX", "raise NotImplementedError", "type: ignore", "# noqa", "pragma: no cover")
    assert [mark for mark in marks if mark in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("path", files(), ids=name)
def test_imports_stand_at_the_top_but_in_ready(path):
    if path.name == "apps.py":
        return
    inner = [
        node.lineno
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inner == []


@pytest.mark.parametrize("path", [p for p in files() if p.stem in {"views", "api"} or "views" in p.parts], ids=name)
def test_views_ask_doors_and_queries_never_the_tables(path):
    found = [
        ast.unparse(node)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}
    ]
    assert found == []


def test_the_repository_speaks_of_the_product_alone():
    words = ("cla" + "ude", "anth" + "ropic", "/work/" + "shared", "pypi" + ".org")
    texts = [*files(), *(ROOT / "docs").rglob("*.md"), *(ROOT / "templates").rglob("*"), ROOT / "pyproject.toml"]
    found = [
        name(path)
        for path in texts
        if path.is_file() and any(word in path.read_text(encoding="utf-8").lower() for word in words)
    ]
    assert found == []
