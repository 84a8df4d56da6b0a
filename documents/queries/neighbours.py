"""What stands around a document."""

from documents.models import Document
from documents.queries.revisions import referring
from documents.queries.standing import visible_to
from qms.organization.models import User


def neighbours(document: Document, person: User) -> dict[str, list[Document]]:
    """Return the documents below a document and those that refer to it, as far as a person may see them."""
    keys = [int(each.from_key) for each in referring(document) if each.from_model == "documents.document"]
    visible = visible_to(person)
    return {
        "children": list(visible.filter(parent=document).order_by("number")),
        "referring": list(visible.filter(pk__in=keys).order_by("number")),
    }
