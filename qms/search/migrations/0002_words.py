"""What each database searches in. The models do not know of it; `matching.py` asks it and `services/shelves.py` fills it.

SQLite: FTS5 tables keyed by entry and by passage. Our words hold ASCII letters and digits or anything beyond ASCII,
which is what the tokenizer `ascii` keeps together. PostgreSQL: tsvector columns without positions, each with a GIN
index.
"""

from django.db import migrations

FORWARD = {
    "sqlite": [
        "CREATE VIRTUAL TABLE search_title USING fts5(words, tokenize='ascii', detail='none', prefix='2 3')",
        "CREATE VIRTUAL TABLE search_text USING fts5(words, tokenize='ascii', detail='none', prefix='2 3')",
    ],
    "postgresql": [
        "ALTER TABLE search_searchentry ADD COLUMN title_words tsvector",
        "ALTER TABLE search_passage ADD COLUMN words tsvector",
        "CREATE INDEX search_title_words ON search_searchentry USING gin (title_words)",
        "CREATE INDEX search_passage_words ON search_passage USING gin (words)",
    ],
}
BACKWARD = {
    "sqlite": ["DROP TABLE search_title", "DROP TABLE search_text"],
    "postgresql": [
        "ALTER TABLE search_searchentry DROP COLUMN title_words",
        "ALTER TABLE search_passage DROP COLUMN words",
    ],
}


def make(apps, schema_editor):
    for statement in FORWARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unmake(apps, schema_editor):
    for statement in BACKWARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_entries_and_passages")]
    operations = [migrations.RunPython(make, unmake)]
