"""What stands around a document."""

from documents.models import Document
from documents.queries.standing import visible_to
from qms.filing.queries import links_of
from qms.organization.models import User


def neighbours(document: Document, person: User) -> dict[str, list[Document]]:
    """Return the documents below a document, those that refer to it and those that it refers to, as far as a person
    may see them.
    """
    links, own = list(links_of(document)), str(document.pk)
    to = {int(each.to_key) for each in links if each.to_model == "documents.document" and each.to_key != own}
    by = {int(each.from_key) for each in links if each.from_model == "documents.document" and each.from_key != own}
    visible = visible_to(person)
    linked = list(visible.filter(pk__in=to | by).order_by("number"))
    return {
        "children": list(visible.filter(parent=document).order_by("number")),
        "referring": [each for each in linked if each.pk in by],
        "referred": [each for each in linked if each.pk in to],
    }
