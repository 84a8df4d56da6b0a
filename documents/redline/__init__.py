"""What changed between two texts: block by block, and in changed blocks word by word (lifecycles K6)."""

from documents.redline.compare import compare
from documents.redline.html import Form, to_html
from documents.redline.model import Cell, Change, Fold, Mark, Picture, Redline, Row, Segment
from documents.redline.pages import PagePair, differing_pages
from documents.redline.signs import Signs

__all__ = [
    "Cell",
    "Change",
    "Fold",
    "Form",
    "Mark",
    "PagePair",
    "Picture",
    "Redline",
    "Row",
    "Segment",
    "Signs",
    "compare",
    "differing_pages",
    "to_html",
]
