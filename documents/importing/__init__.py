"""Reading a folder of procedures: which files are one document, and what each says about itself. Pure."""

from documents.importing.mapping import Mapping, read_mapping
from documents.importing.names import NameParts, parts_of
from documents.importing.plan import Plan, Proposal, Seen, Text, propose

__all__ = ["Mapping", "NameParts", "Plan", "Proposal", "Seen", "Text", "parts_of", "propose", "read_mapping"]
