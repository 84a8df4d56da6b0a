"""On PostgreSQL a function finds the entries of a text, always by the index.

The planner counts the pages of the table and forgets the texts kept beside it: for a common word it would rather read
every text, which takes twenty times as long. A function may be told not to; a query may not.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION search_entries(asked tsquery) RETURNS SETOF bigint LANGUAGE sql STABLE SET enable_seqscan = off
AS $$ SELECT entry_id FROM search_passage WHERE words @@ asked $$
"""
BACKWARD = "DROP FUNCTION search_entries(tsquery)"


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FORWARD)


def unmake(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACKWARD)


class Migration(migrations.Migration):
    dependencies = [("search", "0003_blocks")]
    operations = [migrations.RunPython(make, unmake)]
