"""Tables of the documents room."""

from documents.models.acknowledgements import (
    ACKNOWLEDGED,
    Acknowledgement,
    Excusal,
    Objection,
    ReadingDuty,
    acknowledgement_text,
)
from documents.models.document import (
    REVIEW_DAY,
    ApprovalProfile,
    AudienceRule,
    Document,
    DocumentType,
    Placement,
    ProfileStep,
)
from documents.models.pictures import BodyPage, BodyPicture
from documents.models.records import LONGEST_PERIOD, Record, RecordKind
from documents.models.revision import Adoption, Body, Content, EditLock, Revision, RevisionSpan
from documents.models.rounds import PeriodicReview, Round, Seat

__all__ = [
    "ACKNOWLEDGED",
    "LONGEST_PERIOD",
    "REVIEW_DAY",
    "Acknowledgement",
    "Adoption",
    "ApprovalProfile",
    "AudienceRule",
    "Body",
    "BodyPage",
    "BodyPicture",
    "Content",
    "Document",
    "DocumentType",
    "EditLock",
    "Excusal",
    "Objection",
    "PeriodicReview",
    "Placement",
    "ProfileStep",
    "ReadingDuty",
    "Record",
    "RecordKind",
    "Revision",
    "RevisionSpan",
    "Round",
    "Seat",
    "acknowledgement_text",
]
