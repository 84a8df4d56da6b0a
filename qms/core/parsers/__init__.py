"""Reading files of strangers: what each is, its text, its tables, its pages as pictures (docs/bad-input.md).

Everything that touches the inside of a file runs in the sandbox (`readers/`); nothing here raises for a bad file.
"""

from qms.core.parsers.archives import is_litter
from qms.core.parsers.extraction import Pages, extract, page_images
from qms.core.parsers.folders import Folder, NotTaken, unpack_folder
from qms.core.parsers.model import (
    Block,
    Comment,
    Extracted,
    Flag,
    Kind,
    Note,
    Outcome,
    Passage,
    Place,
    TrackedChange,
    block_rows,
    blocks_from_rows,
)
from qms.core.parsers.tables import Table, TableRow, open_table, read_table

__all__ = [
    "Block",
    "Comment",
    "Extracted",
    "Flag",
    "Folder",
    "Kind",
    "NotTaken",
    "Note",
    "Outcome",
    "Pages",
    "Passage",
    "Place",
    "Table",
    "TableRow",
    "TrackedChange",
    "block_rows",
    "blocks_from_rows",
    "extract",
    "is_litter",
    "open_table",
    "page_images",
    "read_table",
    "unpack_folder",
]
