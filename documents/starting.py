"""The first steps that are taken in this room."""

from django.utils.translation import gettext_lazy as _

from documents.queries.starting import something_approved, something_here, types_there
from documents.rights import Can
from qms.core.seams.start import StartStep
from qms.organization.queries import may

STEPS = {
    "30.types": StartStep(
        title=_("Types and numbering"),
        words=_(
            "How procedures, work instructions and forms are numbered, who approves them, how often they are reviewed. "
            "One click makes the usual ones; change them as you like."
        ),
        label=_("Document types"),
        url_name="documents:types",
        icon="list-ordered",
        shown=lambda person: may(person, Can.CHANGE_TYPES),
        done=types_there,
    ),
    "40.import": StartStep(
        title=_("First import"),
        words=_(
            "A zip of the folder your procedures lie in today. Numbers, titles, revisions and owners are proposed; "
            "nothing is kept before you say so, and the whole import can be taken back."
        ),
        label=_("Import documents"),
        url_name="documents:imports",
        icon="upload",
        shown=lambda person: may(person, Can.IMPORT),
        done=something_here,
        own=True,
    ),
    "50.approval": StartStep(
        title=_("First approval"),
        words=_(
            "Write one procedure or start a revision of one you brought in, send it through review and approval, and "
            "put it in force. Its readers are asked to acknowledge it."
        ),
        label=_("New document"),
        url_name="documents:new",
        icon="signature",
        shown=lambda person: may(person, Can.WRITE),
        done=something_approved,
    ),
}
