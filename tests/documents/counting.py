"""Counting the queries of a page."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def cost(client, person, address):
    """How many queries a page takes on its second call, when the session is warm."""
    client.force_login(person)
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as found:
        client.get(address)
    return len([each for each in found if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))])
