#!/usr/bin/env python
"""Django's command line for this project; `script/manage` calls it in the right environment."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

UNFINISHED = (
    "The tables are not all there: this installation is still being set up, or is older than the product. Try again "
    "when script/server says Ready, or make them: script/manage migrate"
)


def tables_wait() -> bool:
    """Return whether migrations have still to be applied."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def main() -> None:
    """Run the command; a wrong setting and tables that are not there yet are said in words."""
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as wrong:
        sys.exit(f"manage.py: {wrong}")
    except DatabaseError as error:
        if not tables_wait():
            raise
        sys.exit(f"manage.py: {UNFINISHED} ({str(error).strip().splitlines()[0]})")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qms.settings")
    main()
