"""The same change of many documents: each in a transaction of its own, with its own rights and entry."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from documents.audience import Rule
from documents.models import Document
from documents.services.audience import add_to_audience
from documents.services.placement import change_document
from qms.core.errors import RuleBroken
from qms.organization.models import User


@dataclass(frozen=True)
class RowOutcome:
    """What became of one document of a bulk change; no words: it was changed."""

    document: Document
    words: str = ""


def change_documents(*, documents: Sequence[Document], by: User, reason: str, **changes: Any) -> list[RowOutcome]:
    """Change owner, process or review date of many documents; one may be refused."""
    return _each(documents, lambda key: change_document(document_id=key, by=by, reason=reason, **changes))


def add_readers(*, documents: Sequence[Document], rules: Sequence[Rule], by: User) -> list[RowOutcome]:
    """Ask more people to read many documents; one may be refused, as where they are asked already."""
    return _each(documents, lambda key: add_to_audience(document_id=key, rules=rules, by=by))


def _each(documents: Sequence[Document], change: Callable[[int], object]) -> list[RowOutcome]:
    found = []
    for document in documents:
        try:
            change(document.pk)
        except RuleBroken as refusal:
            found.append(RowOutcome(document, str(refusal)))
        else:
            found.append(RowOutcome(document))
    return found
