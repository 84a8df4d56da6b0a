"""Questions about files, links and comments."""

from collections.abc import Iterable, Mapping

from django.db.models import Model, Q, QuerySet

from qms.filing.models import Attachment, Comment, Link, LostFile, NumberSequence, StoredFile
from qms.filing.numbers import count_of, format_number, sequence_key


def coming_numbers(patterns: Mapping[str, str], brought: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Return the number that each kind (its pattern, by its code) would issue next, after those that are `brought` from
    outside; nothing is issued by asking. Kinds whose numbers name a place are left out.
    """
    plain = {kind: each for kind, each in patterns.items() if "{site}" not in each and "{process}" not in each}
    keys = {kind: sequence_key(plain[kind], site="", type_=kind, process="") for kind in plain}
    rows = NumberSequence.objects.filter(key__in=keys.values())
    following = dict(rows.values_list("key", "next_number"))
    found = {}
    for kind, pattern in plain.items():
        place = {"site": "", "type_": kind, "process": ""}
        counts = [count_of(pattern, number, **place) or 0 for number in brought.get(kind, ())]
        found[kind] = format_number(pattern, max([following.get(keys[kind], 1), *(n + 1 for n in counts)]), **place)
    return found


def attachments_of(row: Model) -> QuerySet[Attachment]:
    """Return the files attached to a record that were not removed, oldest first."""
    return (
        Attachment.objects.filter(subject_model=row._meta.label_lower, subject_key=str(row.pk), removed_at__isnull=True)
        .select_related("file", "added_by")
        .order_by("pk")
    )


def comments_on(row: Model) -> QuerySet[Comment]:
    """Return the comments on a record, oldest first."""
    return (
        Comment.objects.filter(subject_model=row._meta.label_lower, subject_key=str(row.pk))
        .select_related("made_by", "resolved_by")
        .order_by("pk")
    )


def blocking_comments(row: Model) -> QuerySet[Comment]:
    """Return the comments that must be resolved before a record moves on."""
    return comments_on(row).filter(blocking=True, resolved_at__isnull=True)


def links_of(row: Model) -> QuerySet[Link]:
    """Return the links of a record in both directions."""
    model, key = row._meta.label_lower, str(row.pk)
    return Link.objects.filter(Q(from_model=model, from_key=key) | Q(to_model=model, to_key=key)).order_by("pk")


def files_in_folder(folder: str) -> QuerySet[StoredFile]:
    """Return the files whose place is one folder of the store: those whose hash begins with its two digits."""
    # ASCII "g" comes right after the last hexadecimal digit.
    return StoredFile.objects.filter(sha256__gte=folder, sha256__lt=f"{folder}g")


def lost_files() -> QuerySet[LostFile]:
    """Return the files that the store has lost or holds with another size."""
    return LostFile.objects.all()
