"""Documents in the API: the register, writing, the verbs that need no signature, audience, comments, files;
kinds of record and records."""

from documents.api.documents import Documents
from documents.api.records import RecordKinds, Records
from documents.api.revisions import Revisions

__all__ = ["Documents", "RecordKinds", "Records", "Revisions"]
