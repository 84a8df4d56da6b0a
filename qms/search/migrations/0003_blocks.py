"""Blocks are numbered, so that an FTS5 row tells its entry. The index is emptied: `reindex` fills it again."""

from django.db import migrations, models

EMPTY = {
    "sqlite": [
        "DELETE FROM search_title",
        "DELETE FROM search_text",
        "DELETE FROM search_passage",
        "DELETE FROM search_searchentry",
    ],
    # Rows deleted in this transaction would keep PostgreSQL from altering their table.
    "postgresql": ["TRUNCATE search_passage, search_searchentry"],
}


def empty(apps, schema_editor):
    for statement in EMPTY[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("search", "0002_words")]
    operations = [
        migrations.RunPython(empty, migrations.RunPython.noop),
        migrations.AddField("passage", "number", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("searchentry", "blocks", models.PositiveSmallIntegerField(default=0)),
        migrations.AddConstraint(
            "passage",
            models.UniqueConstraint(fields=("entry", "number"), name="one_passage_an_entry_and_number"),
        ),
    ]
