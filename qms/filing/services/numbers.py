"""Issuing numbers from locked sequences, never by counting rows."""

from collections.abc import Callable, Iterable

from django.db import transaction

from qms.filing.models import NumberSequence
from qms.filing.numbers import check_number, check_pattern, count_of, format_number, sequence_key


@transaction.atomic
def issue_number(pattern: str, *, site: str = "", type_: str = "", process: str = "") -> str:
    """Return the next number of a pattern; two callers never get the same. Raises RuleBroken for a bad pattern."""
    check_pattern(pattern)
    key = sequence_key(pattern, site=site, type_=type_, process=process)
    NumberSequence.objects.get_or_create(key=key)
    sequence = NumberSequence.objects.select_for_update().get(key=key)
    issued = sequence.next_number
    sequence.next_number = issued + 1
    sequence.save(update_fields=["next_number"])
    number = format_number(pattern, issued, site=site, type_=type_, process=process)
    check_number(number)
    return number


@transaction.atomic
def note_number(pattern: str, number: str, *, site: str = "", type_: str = "", process: str = "") -> None:
    """Let a sequence go on behind a number that came from outside; one that is not of the pattern changes nothing."""
    found = count_of(pattern, number, site=site, type_=type_, process=process)
    if found is None:
        return
    key = sequence_key(pattern, site=site, type_=type_, process=process)
    NumberSequence.objects.get_or_create(key=key)
    sequence = NumberSequence.objects.select_for_update().get(key=key)
    sequence.next_number = max(sequence.next_number, found + 1)
    sequence.save(update_fields=["next_number"])


@transaction.atomic
def free_numbers(
    pattern: str, used: Callable[[], Iterable[str]], *, site: str = "", type_: str = "", process: str = ""
) -> None:
    """Let a sequence go back to behind the highest of the numbers that are or were in use; it never goes forward.

    Only for what takes numbers back as a whole (an undone import): `used` answers all the numbers ever given out but
    those, and is asked when nobody can be issued another one.
    """
    key = sequence_key(pattern, site=site, type_=type_, process=process)
    sequence = NumberSequence.objects.select_for_update().filter(key=key).first()
    if sequence is None:
        return
    counts = (count_of(pattern, number, site=site, type_=type_, process=process) for number in used())
    highest = max((count for count in counts if count is not None), default=0)
    sequence.next_number = min(sequence.next_number, highest + 1)
    sequence.save(update_fields=["next_number"])
