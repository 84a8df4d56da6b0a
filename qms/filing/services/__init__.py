"""The verbs of filing."""

from qms.filing.services.comments import answer_comment, comment
from qms.filing.services.files import attach, detach, open_file, store
from qms.filing.services.links import link, unlink, unlink_all
from qms.filing.services.move import Moved, move
from qms.filing.services.numbers import free_numbers, issue_number, note_number

__all__ = [
    "Moved",
    "answer_comment",
    "attach",
    "comment",
    "detach",
    "free_numbers",
    "issue_number",
    "link",
    "move",
    "note_number",
    "open_file",
    "store",
    "unlink",
    "unlink_all",
]
