"""Loaded inside the sandbox by a test: imports every reader and says what else came with them."""

import importlib
import sys


def load(names: list[str]) -> list[str]:
    """Import the readers of these names; return the modules of Django and Celery that are loaded afterwards."""
    for name in names:
        importlib.import_module(f"qms.core.parsers.readers.{name}")
    return sorted(name for name in sys.modules if name.split(".")[0] in {"django", "celery", "openpyxl"})
