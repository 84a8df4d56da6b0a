"""Suggesting links: asked for by a person, made by a job, kept until somebody confirms or dismisses them."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import transaction

from qms.core.seams.evidence_status import status_sources
from qms.jobs.services import later
from qms.organization.models import User
from qms.organization.services.checks import require
from qms.standards.models import Clause, Edition
from qms.standards.queries.suggestions import said_by, suggester_for, unlinked_keys
from qms.standards.rights import Can
from qms.standards.services.links import propose
from qms.standards.states import Standing
from qms.trail.services import record

SUGGEST = "standards.suggest"
# So many records are read at a time: a transaction stays short.
AT_A_TIME = 200


@transaction.atomic
def ask_for_suggestions(*, edition: Edition, by: User) -> None:
    """Have links to an edition suggested; raise NotPermitted without the right."""
    require(by, Can.LINK)
    later(SUGGEST, by=by.pk, subject=("standards.edition", edition.pk), edition=edition.pk)
    record("standards.suggestions_asked", edition, by=by)


def suggest_links(edition: Edition) -> Iterator[int]:
    """Suggest clauses of an edition for all records that none is linked to; yield how many links each step made."""
    suggester, clauses = suggester_for(edition)
    for model in [model for model, _source in status_sources.items()]:
        keys = unlinked_keys(model, edition)
        while chunk := list(islice(keys, AT_A_TIME)):
            pairs: Iterable[tuple[Clause, str, str]] = [
                (clauses[found], model, str(key))
                for key, (title, text) in said_by(model, chunk).items()
                for found in suggester.clauses_for(title, text)
            ]
            with transaction.atomic():
                yield len(propose(pairs=pairs, standing=Standing.SUGGESTED, by=None))
