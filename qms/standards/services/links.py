"""Links between records and clauses: made and confirmed by people, suggested by what a record says."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.errors import NotPermitted, RuleBroken
from qms.core.seams.evidence_status import status_sources
from qms.organization.models import User
from qms.organization.services.checks import one_at_a_time, require
from qms.standards.models import Clause, ClauseLink
from qms.standards.queries.links import counting_links, links_known, standing_links
from qms.standards.rights import Can
from qms.standards.services.evidence import bring_up_to_date, release
from qms.standards.states import Standing
from qms.trail.services import Draft, Target, record_many, target


@transaction.atomic
def link(
    *, model: str, keys: Iterable[str], clauses: Sequence[Clause], by: User, everywhere: bool = False
) -> list[ClauseLink]:
    """Link records to clauses; who links confirms. What was suggested or carried over is confirmed by it.

    Returns the links that were made or changed. Raises NotPermitted unless the person may change each of the records,
    RuleBroken for a heading or a clause that the catalogue no longer has.
    """
    wanted = sorted(set(keys))
    _refuse(model, wanted, by)
    for clause in clauses:
        _refuse_clause(clause)
    one_at_a_time()
    now = timezone.now()
    known = {(each.clause_id, each.subject_key): each for each in standing_links(model, wanted)}
    pairs = [(clause, key) for key in wanted for clause in clauses]
    found = [known.get((clause.pk, key)) or _new(clause, model, key, by, now) for clause, key in pairs]
    changed = [
        each for each in found if each.standing != Standing.CONFIRMED or each.everywhere != everywhere or not each.pk
    ]
    for each in changed:
        each.everywhere = everywhere
    _confirm(changed, by, now)
    return changed


def _new(clause: Clause, model: str, key: str, by: User | None, at: datetime) -> ClauseLink:
    return ClauseLink(
        clause=clause, subject_model=model, subject_key=key, standing=Standing.SUGGESTED, made_by=by, valid_from=at
    )


@transaction.atomic
def confirm(*, links: Collection[int], by: User) -> list[ClauseLink]:
    """Confirm links that were suggested or carried over: from now on they count. Raises as `link` does."""
    found = _open(links, by)
    _confirm([each for each in found if each.standing != Standing.CONFIRMED], by, timezone.now())
    return found


def _confirm(links: Sequence[ClauseLink], by: User, at: datetime) -> None:
    for each in links:
        each.standing, each.confirmed_at, each.confirmed_by = Standing.CONFIRMED.value, at, by
    new = [each for each in links if not each.pk]
    ClauseLink.objects.bulk_update(
        [each for each in links if each.pk], ["standing", "confirmed_at", "confirmed_by", "everywhere"], batch_size=500
    )
    ClauseLink.objects.bulk_create(new, batch_size=500)
    bring_up_to_date(links, at)
    _tell("standards.linked", links, by)


@transaction.atomic
def dismiss(*, links: Collection[int], by: User) -> list[ClauseLink]:
    """Say that records do not belong to clauses that were suggested or carried over: it is not suggested again."""
    found = [each for each in _open(links, by) if each.standing != Standing.CONFIRMED]
    _end(found, Standing.DISMISSED, timezone.now())
    _tell("standards.dismissed", found, by)
    return found


@transaction.atomic
def unlink(*, links: Collection[int], by: User, reason: str) -> list[ClauseLink]:
    """End links; their evidence ends with them. Raises RuleBroken without a reason, and as `link` does."""
    if not reason.strip():
        raise RuleBroken(_("Please give a reason."), code="reason_missing")
    found = _open(links, by)
    _end(found, None, timezone.now())
    _tell("standards.unlinked", found, by, reason=reason.strip())
    return found


def _end(links: Sequence[ClauseLink], standing: Standing | None, at: datetime) -> None:
    for each in links:
        each.standing, each.valid_until = standing or each.standing, at
    ClauseLink.objects.bulk_update(links, ["standing", "valid_until"], batch_size=500)
    release(links, at)


@transaction.atomic
def propose(*, pairs: Iterable[tuple[Clause, str, str]], standing: Standing, by: User | None) -> list[ClauseLink]:
    """Keep links that somebody may confirm, as (clause, model, key): suggested, or carried over.

    Those that stand already, or that somebody dismissed once, are left as they are.
    """
    now = timezone.now()
    return _propose((_new(clause, model, key, by, now) for clause, model, key in pairs), standing)


@transaction.atomic
def carry_over(*, pairs: Iterable[tuple[Clause, Clause]], by: User) -> list[ClauseLink]:
    """Propose for clauses of another edition what is linked to clauses of this one, as (from, to).

    Each carried link knows where it comes from, and counts when a person confirms it. Raises NotPermitted without the
    right to link.
    """
    require(by, Can.LINK)
    onto: dict[int, list[Clause]] = defaultdict(list)
    for source, clause in pairs:
        onto[source.pk].append(clause)
    now = timezone.now()
    made = [_carried(link, clause, by, now) for link in counting_links(onto.keys()) for clause in onto[link.clause_id]]
    return _propose(made, Standing.CARRIED)


def _carried(link: ClauseLink, clause: Clause, by: User, at: datetime) -> ClauseLink:
    carried = _new(clause, link.subject_model, link.subject_key, by, at)
    carried.carried_from, carried.everywhere = link, link.everywhere
    return carried


def _propose(links: Iterable[ClauseLink], standing: Standing) -> list[ClauseLink]:
    made = {(each.clause_id, each.subject_model, each.subject_key): each for each in links}
    known = links_known(made)
    new = [each for place, each in made.items() if place not in known]
    for each in new:
        each.standing = standing.value
    return ClauseLink.objects.bulk_create(new, batch_size=500)


def _open(keys: Collection[int], by: User) -> list[ClauseLink]:
    """Return the links that stand, with the rows locked; raise unless all stand and their records may be linked."""
    one_at_a_time()
    found = list(
        ClauseLink.objects.filter(pk__in=keys, valid_until=None).select_related("clause__edition").order_by("pk")
    )
    if len(found) != len(set(keys)):
        raise RuleBroken(_("One of these links has ended in the meantime. Please look again."), code="ended")
    for model in sorted({each.subject_model for each in found}):
        _refuse(model, [each.subject_key for each in found if each.subject_model == model], by)
    return found


def _refuse(model: str, keys: Collection[str], by: User) -> None:
    require(by, Can.LINK)
    source = status_sources.get(model)
    if source is None or not set(keys) <= source.linkable(list(keys), by):
        raise NotPermitted(_("You may not link this to clauses."))


def _refuse_clause(clause: Clause) -> None:
    told = {"clause": f"{clause.edition} {clause.number}"}
    if not clause.is_requirement:
        raise RuleBroken(_("%(clause)s is a heading: link to a clause below it.") % told, code="heading")
    if clause.retired_at:
        raise RuleBroken(_("The catalogue no longer has %(clause)s.") % told, code="retired")


def _tell(verb: str, links: Iterable[ClauseLink], by: User, **detail: str) -> None:
    """Write one entry a record, naming all clauses that were linked to it or no longer are."""
    by_subject: dict[tuple[str, str], list[ClauseLink]] = defaultdict(list)
    for each in links:
        by_subject[each.subject_model, each.subject_key].append(each)
    record_many(
        (
            Draft(
                verb,
                (Target(*subject), *(target(each.clause) for each in rows)),
                {"clauses": [f"{each.clause.edition} {each.clause.number}" for each in rows], **detail},
            )
            for subject, rows in by_subject.items()
        ),
        by=by,
    )
