"""Rights in documents, and which role holds them."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.organization.states import Role


class Can(StrEnum):
    """What may be done with controlled documents."""

    READ = "documents.read"
    READ_HISTORY = "documents.read_history"
    READ_DRAFTS = "documents.read_drafts"
    WRITE = "documents.write"
    REVIEW = "documents.review"
    APPROVE = "documents.approve"
    RELEASE = "documents.release"
    MANAGE = "documents.manage"
    ADOPT = "documents.adopt"
    EXCUSE = "documents.excuse"
    SEE_ACKNOWLEDGEMENTS = "documents.see_acknowledgements"
    IMPORT = "documents.import"
    EXPORT_PACK = "documents.export_pack"
    CHANGE_TYPES = "documents.change_types"
    KEEP_RECORDS = "documents.keep_records"
    MANAGE_RECORDS = "documents.manage_records"


CAN_WORDS: dict[StrEnum, Promise] = {
    Can.READ: _("Read effective documents"),
    Can.READ_HISTORY: _("Read superseded and obsolete revisions and the history"),
    Can.READ_DRAFTS: _("Read drafts"),
    Can.WRITE: _("Write documents and start revisions"),
    Can.REVIEW: _("Be chosen as a reviewer"),
    Can.APPROVE: _("Be chosen as an approver"),
    Can.RELEASE: _("Release early, override, return to approval"),
    Can.MANAGE: _("Change owner, audience, review date; cancel revisions"),
    Can.ADOPT: _("Adopt migrated revisions"),
    Can.EXCUSE: _("Excuse an acknowledgement"),
    Can.SEE_ACKNOWLEDGEMENTS: _("See who has acknowledged"),
    Can.IMPORT: _("Import documents"),
    Can.EXPORT_PACK: _("Take documents away in an evidence pack"),
    Can.CHANGE_TYPES: _("Change document types and approval profiles"),
    Can.KEEP_RECORDS: _("Add and correct records"),
    Can.MANAGE_RECORDS: _("Change kinds of record"),
}

_OWNER = frozenset(
    {
        Can.READ,
        Can.READ_HISTORY,
        Can.READ_DRAFTS,
        Can.WRITE,
        Can.REVIEW,
        Can.APPROVE,
        Can.MANAGE,
        Can.EXCUSE,
        Can.SEE_ACKNOWLEDGEMENTS,
        Can.EXPORT_PACK,
        Can.KEEP_RECORDS,
        Can.MANAGE_RECORDS,
    }
)

GRANTS: dict[Role, frozenset[StrEnum]] = {
    Role.READER: frozenset({Can.READ}),
    Role.AUTHOR: frozenset({Can.READ, Can.WRITE, Can.REVIEW}),
    Role.PROCESS_OWNER: _OWNER,
    Role.APPROVER: frozenset({Can.READ, Can.REVIEW, Can.APPROVE}),
    Role.INTERNAL_AUDITOR: frozenset(
        {Can.READ, Can.READ_HISTORY, Can.READ_DRAFTS, Can.SEE_ACKNOWLEDGEMENTS, Can.REVIEW, Can.EXPORT_PACK}
    ),
    Role.EXTERNAL_AUDITOR: frozenset({Can.READ, Can.READ_HISTORY, Can.SEE_ACKNOWLEDGEMENTS}),
    Role.QUALITY_MANAGER: frozenset(Can),
    Role.TOP_MANAGEMENT: frozenset({Can.READ, Can.REVIEW, Can.APPROVE}),
    Role.TRAINER: frozenset({Can.READ}),
    Role.SUPERVISOR: frozenset({Can.READ}),
}
