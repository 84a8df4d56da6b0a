"""Blocks are numbered, so that an FTS5 row tells its entry. The index is emptied: `reindex` fills it again."""

from django.db import migrations, models


def empty(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DELETE FROM search_title")
        schema_editor.execute("DELETE FROM search_text")
    apps.get_model("search", "Passage").objects.all().delete()
    apps.get_model("search", "SearchEntry").objects.all().delete()


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
