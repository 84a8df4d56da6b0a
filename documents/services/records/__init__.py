"""Kinds of record and their records: added, changed, ended, corrected."""

from documents.services.records.keeping import Given, Kept, Sighting, correct_record, keep_record
from documents.services.records.kinds import add_kind, change_kind, end_kind
from documents.services.records.wanting import ask_for_records

__all__ = [
    "Given",
    "Kept",
    "Sighting",
    "add_kind",
    "ask_for_records",
    "change_kind",
    "correct_record",
    "end_kind",
    "keep_record",
]
