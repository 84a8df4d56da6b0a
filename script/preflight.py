"""`python -m script.preflight`: what a start stands on, asked before anything is started: the settings, the databases.

Prints as JSON what script/server has to know of the settings; exits 1, with one line of reason, where they or a
database cannot be used.
"""

import json
import os
import sys
from contextlib import closing
from dataclasses import asdict, dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

from qms.core import env

PATIENCE = 10  # seconds for a database server to answer


@dataclass(frozen=True)
class Facts:
    """The names that are answered to, the address that mails and QR codes give, and what the person should know."""

    hosts: list[str]
    address: str
    notes: list[str]


def facts() -> Facts:
    """Return what the settings say; raise ImproperlyConfigured for a wrong value, DatabaseError with words of ours."""
    found = Facts(list(settings.ALLOWED_HOSTS), settings.BASE_URL, env.unread(os.environ))
    for name in connections:
        _ask(name)
    return found


def _ask(name: str) -> None:
    connection = connections[name]
    if connection.vendor == "postgresql":
        connection.settings_dict["OPTIONS"].setdefault("connect_timeout", str(PATIENCE))
    question = "SELECT 1 FROM sqlite_master" if connection.vendor == "sqlite" else "SELECT 1"
    try:
        connection.ensure_connection()
        with connection.wrap_database_errors, closing(connection.create_cursor()) as cursor:
            cursor.execute(question)
    except DatabaseError as error:
        raise DatabaseError(_words(name, connection.vendor, str(error))) from error
    finally:
        connection.close()


def _words(name: str, vendor: str, why: str) -> str:
    reason = why.strip().splitlines()[0] if why.strip() else "no reason was given"
    if vendor == "sqlite":
        return f"The database {settings.DATABASES[name]['NAME']} cannot be used: {reason}."
    variable = "QMS_DATABASE_OWNER_URL" if name == "owner" else "QMS_DATABASE_URL"
    return f"The database that {variable} names cannot be used: {reason}."


def main() -> int:
    """Print the facts; return 1, after one line, where the product cannot start."""
    try:
        print(json.dumps(asdict(facts())))
    except (ImproperlyConfigured, DatabaseError) as wrong:
        print(wrong)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
