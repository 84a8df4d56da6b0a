"""Evidence spans: what linked records offer, written down for their clauses in the transaction that changes either."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from qms.core.seams.evidence_status import Kind, Offer, status_sources
from qms.standards.models import ClauseLink, EvidenceSpan
from qms.standards.states import Standing

BATCH = 1000


def evidence_changed(model: str, keys: Iterable[object]) -> None:
    """Bring the evidence of some records of a model up to date; belongs in the transaction of what changed with them.

    A record that no clause is linked to costs nothing but the question.
    """
    links = ClauseLink.objects.filter(
        valid_until=None, standing=Standing.CONFIRMED, subject_model=model, subject_key__in=[str(key) for key in keys]
    )
    bring_up_to_date(list(links), timezone.now())


class _Wanted(NamedTuple):
    """A span as it should stand from an instant on."""

    link: int
    kind: str
    site: int | None
    process: int | None
    words: str
    since: datetime
    until: datetime | None


@transaction.atomic
def bring_up_to_date(links: Sequence[ClauseLink], at: datetime) -> None:
    """Let the spans of these links say from an instant on what their records offer; what was before stays."""
    wanted = set(_wanted(links, at))
    over = []
    for span in EvidenceSpan.objects.filter(ahead_of(at), link__in=links):
        stands = _Wanted(
            span.link_id,
            span.kind,
            span.site_id,
            span.process_id,
            span.words,
            max(span.valid_from, at),
            span.valid_until,
        )
        if stands in wanted:
            wanted.remove(stands)
        else:
            over.append(span.pk)
    _end(over, at)
    clauses = {link.pk: link.clause_id for link in links}
    EvidenceSpan.objects.bulk_create(
        (
            EvidenceSpan(
                link_id=each.link,
                clause_id=clauses[each.link],
                kind=each.kind,
                site_id=each.site,
                process_id=each.process,
                words=each.words,
                valid_from=each.since,
                valid_until=each.until,
            )
            for each in sorted(wanted, key=lambda each: (each.link, each.kind, each.since))
        ),
        batch_size=BATCH,
    )


def release(links: Collection[ClauseLink], at: datetime) -> None:
    """End the evidence of links that end, and let nobody miss what ended before."""
    spans = EvidenceSpan.objects.filter(link__in=links)
    _end(list(spans.filter(ahead_of(at)).values_list("pk", flat=True)), at)
    spans.update(released_at=at)


def ahead_of(at: datetime) -> Q:
    """Return the condition that a span holds at an instant or later."""
    return Q(valid_until=None) | Q(valid_until__gt=at)


def _end(keys: Collection[int], at: datetime) -> None:
    """Close what has begun by now; what was only known to begin later did not come."""
    spans = EvidenceSpan.objects.filter(pk__in=keys)
    spans.filter(valid_from__gte=at).delete()
    spans.filter(valid_from__lt=at).update(valid_until=at)


def _wanted(links: Sequence[ClauseLink], at: datetime) -> Iterator[_Wanted]:
    for model in sorted({link.subject_model for link in links}):
        own = [link for link in links if link.subject_model == model]
        source = status_sources.get(model)
        offers = source.offers(sorted({link.subject_key for link in own}), at) if source else {}
        for link in own:
            yield from (_as_wanted(link, offer, at) for offer in offers.get(link.subject_key, ()) if _ahead(offer, at))


def _ahead(offer: Offer, at: datetime) -> bool:
    return offer.until is None or offer.until > max(at, offer.since)


def _as_wanted(link: ClauseLink, offer: Offer, at: datetime) -> _Wanted:
    wide = link.everywhere and offer.kind is not Kind.CONCERNS
    site, process = (None, None) if wide else (offer.site, offer.process)
    since = max(offer.since, at)
    return _Wanted(link.pk, offer.kind, site, process, offer.words[:80], since, offer.until)
