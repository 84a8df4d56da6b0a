"""What a pack tells of revisions: their files, their facts, and who reviewed, signed and acknowledged them."""

from documents.packed.people import People, people_around
from documents.packed.record import record_of
from documents.packed.signatures import AdoptedLists

__all__ = ["AdoptedLists", "People", "people_around", "record_of"]
