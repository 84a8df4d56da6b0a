"""Questions to the trail."""

from django.db.models import Model, QuerySet

from qms.trail.models import Entry


def about(row: Model) -> QuerySet[Entry]:
    """Return the entries that concern a row, newest first, with their details."""
    return about_key(row._meta.label_lower, str(row.pk))


def about_key(model: str, key: str) -> QuerySet[Entry]:
    """Return the entries that concern a record by model label and key, newest first, with their details."""
    return (
        Entry.objects.filter(targets__model=model, targets__key=key)
        .select_related("detail", "erasure")
        .order_by("-at", "-pk")
    )


def by_verb(verb: str) -> QuerySet[Entry]:
    """Return the entries of one verb, newest first, with their details."""
    return Entry.objects.filter(verb=verb).select_related("detail", "erasure").order_by("-at", "-pk")
