"""Reading a folder of procedures: which files are one document, and what each says about itself. Pure."""

from documents.importing.choosing import ORIGINS
from documents.importing.mapping import NEW_NUMBER, Mapping, read_mapping, with_said
from documents.importing.names import NameParts, parts_of
from documents.importing.plan import Plan, Proposal, Text, propose
from documents.importing.seen import Left, Seen

__all__ = [
    "NEW_NUMBER",
    "ORIGINS",
    "Left",
    "Mapping",
    "NameParts",
    "Plan",
    "Proposal",
    "Seen",
    "Text",
    "parts_of",
    "propose",
    "read_mapping",
    "with_said",
]
