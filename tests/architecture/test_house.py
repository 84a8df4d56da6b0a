"""The house keeps its own rules: who writes, how long things are, what is said about them."""

import ast
import re
import statistics
from pathlib import Path

from tests.architecture.source import PACKAGES, ROOT, files, functions, name, tree

WRITES = {"save", "create", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "create_user"}
TOP = {
    "manage.py",
    *PACKAGES,
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


def found_in(paths, look) -> dict[str, list]:
    """What a look at each file finds, by the file's name; files with nothing are left out."""
    return {name(path): found for path in paths if (found := look(path))}


def test_only_services_write():
    def writes(path):
        return [
            f"{node.lineno}: {ast.unparse(node)[:60]}"
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in WRITES
            and not _is_allowed(path, node)
        ]

    others = [path for path in files() if not is_service(path) and "core" not in path.parts]
    assert found_in(others, writes) == {}


def _is_allowed(path, call: ast.Call) -> bool:
    """Model managers define `create_user`; forms, sessions, zips and pictures are not the database."""
    source = ast.unparse(call.func)
    return (path.stem == "models" or "models" in path.parts) or source.startswith(
        ("super()", "pdf.", "image.", "store.")
    )


def everything() -> list[Path]:
    """The product's files and those around it: tests, scripts, measurements."""
    return [*files(), *(path for place in ("tests", "script", "bench") for path in (ROOT / place).rglob("*.py"))]


def test_no_file_is_longer_than_400_lines():
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in everything()}
    assert {path: length for path, length in lengths.items() if length > 400} == {}


def test_no_function_has_60_lines():
    assert found_in(everything(), lambda path: [f.name for f in functions(path) if length(f) >= 60]) == {}


def test_functions_are_a_few_lines_long():
    lengths = sorted(length(f) for path in files() for f in functions(path))
    assert statistics.median(lengths) <= 10
    assert lengths[int(len(lengths) * 0.95)] <= 32


def length(function) -> int:
    return (function.end_lineno or 0) - function.lineno + 1


def test_every_public_function_and_class_says_what_it_is():
    def silent(path):
        return [
            node.name
            for node in tree(path).body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and ast.get_docstring(node) is None
        ]

    others = [p for p in files() if p.name not in {"urls.py", "settings.py"} and "commands" not in p.parts]
    assert found_in(others, silent) == {}


def test_nothing_is_left_open_or_switched_off():
    marks = ("TODO", "FIXME", "XXX", "raise NotImplementedError", "type: ignore", "# noqa", "pragma: no cover")
    assert found_in(files(), lambda path: [mark for mark in marks if mark in path.read_text(encoding="utf-8")]) == {}


def test_imports_stand_at_the_top_but_in_ready():
    def inner(path):
        return [
            node.lineno
            for function in functions(path)
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]

    assert found_in([path for path in files() if path.name != "apps.py"], inner) == {}


def test_no_template_takes_words_for_markup():
    """What is markup says so itself (format_html, a sanitised text); `|safe` would believe anything a person typed."""
    believed = re.compile(r"\|\s*safe\b|autoescape\s+off|safeseq")
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if believed.search(path.read_text())
    ]
    assert found == []


def test_views_ask_doors_and_queries_never_the_tables():
    def asked(path):
        return [
            ast.unparse(node)
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}
        ]

    assert found_in([p for p in files() if p.stem in {"views", "api"} or "views" in p.parts], asked) == {}


def test_the_repository_speaks_of_the_product_alone():
    words = ("cla" + "ude", "anth" + "ropic", "/work/" + "shared", "pypi" + ".org")
    texts = [*files(), *(ROOT / "docs").rglob("*.md"), *(ROOT / "templates").rglob("*"), ROOT / "pyproject.toml"]
    found = [
        name(path)
        for path in texts
        if path.is_file() and any(word in path.read_text(encoding="utf-8").lower() for word in words)
    ]
    assert found == []


def test_what_is_cited_can_be_looked_up():
    """A clause, an RFC, a row of docs/lifecycles.md: whoever reads a docstring finds them."""
    elsewhere = re.compile(r"\b(design|trust|ux|style|performance|lifecycles|coming)(\.md)?,? (\d|[UP]\d|habit)")
    kinds = {".html", ".css", ".js"}
    drawn = (path for place in ("templates", "static") for path in (ROOT / place).rglob("*") if path.suffix in kinds)
    assert found_in([*everything(), *drawn], lambda path: elsewhere.findall(path.read_text(encoding="utf-8"))) == {}


def test_every_row_of_a_lifecycle_that_is_cited_stands_in_the_docs():
    rows = re.compile(r"(?<![\w-])[DK]\d{1,2}b?(?!\w)")
    known = set(rows.findall((ROOT / "docs" / "lifecycles.md").read_text(encoding="utf-8")))
    assert found_in(files(), lambda path: sorted(set(rows.findall(path.read_text(encoding="utf-8"))) - known)) == {}
