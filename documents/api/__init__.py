"""Documents in the API: the register, writing, the verbs that need no signature, audience, comments, files."""

from documents.api.documents import Documents
from documents.api.revisions import Revisions

__all__ = ["Documents", "Revisions"]
