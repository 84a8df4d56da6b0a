"""What the management system covers: a scope is confirmed whole, and closed by the next one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken
from qms.core.seams.texts import text_makers
from qms.organization.models import Process, Site, User
from qms.organization.services.checks import one_at_a_time, require
from qms.standards.guide import sub_items
from qms.standards.models import Clause, Edition, NotApplicable, ScopeStatement
from qms.standards.printing import scope_as_text
from qms.standards.queries import last_document_key, scope_at
from qms.standards.rights import Can
from qms.trail.services import record


@dataclass(frozen=True)
class LeftOut:
    """A clause, or one item of it, that does not apply, why, and at which sites alone where it is not all of them."""

    clause: Clause
    reason: str
    sub_item: str = ""
    sites: Sequence[Site] = ()

    @property
    def name(self) -> str:
        """Return what is left out as people cite it: `ISO 9001:2015 8.5.1 f`."""
        return f"{self.clause.edition} {self.clause.number} {self.sub_item}".strip()


@transaction.atomic
def confirm_scope(
    *,
    products: str,
    editions: Sequence[Edition],
    sites: Sequence[Site],
    answers: Mapping[str, str],
    left_out: Sequence[LeftOut],
    by: User,
    processes: Sequence[Process] = (),
    kind: str = "",
) -> ScopeStatement:
    """Put a scope in place of the one before (ISO 9001 4.3). No sites, and no processes, stand for all of them.

    With a `kind` of document it is written as one (`write_scope`). Raises NotPermitted without the right; RuleBroken
    without products or a standard, for a clause that may not be left out, or one without a reason or at a site that is
    not in the scope, and while somebody else has that document in hand.
    """
    require(by, Can.SCOPE)
    if not products.strip() or not editions:
        raise RuleBroken(_("A scope names products or services and at least one standard."), code="empty")
    for each in left_out:
        _check(each, editions, sites)
    one_at_a_time()
    now, told = timezone.now(), {"products": products.strip(), "answers": dict(answers)}
    ScopeStatement.objects.filter(valid_until=None).update(valid_until=now)
    made = ScopeStatement.objects.create(**told, confirmed_by=by, valid_from=now)
    made.editions.set(editions)
    made.sites.set(sites)
    made.processes.set(processes)
    for each in left_out:
        row = NotApplicable(statement=made, clause=each.clause, sub_item=each.sub_item, reason=each.reason.strip())
        row.save()
        row.sites.set(each.sites)
    out = [f"{each.name} {' '.join(site.code for site in each.sites)}".strip() for each in left_out]
    places = {"sites": [each.pk for each in sites], "processes": [each.pk for each in processes]}
    record(
        "standards.scope_confirmed",
        made,
        by=by,
        editions=[str(each) for each in editions],
        left_out=out,
        **told,
        **places,
    )
    if kind:
        _write(made, kind, by)
    return made


@transaction.atomic
def write_scope(*, kind: str, by: User) -> ScopeStatement:
    """Write the scope that stands as a draft of a document, or as the next revision of the one in which an earlier
    scope was written; review and approval go their usual way (ISO 9001 4.3, 7.5).

    Raises NotPermitted without the right; RuleBroken where no scope stands or it is written already, and while somebody
    else has that document in hand.
    """
    require(by, Can.SCOPE)
    one_at_a_time()
    statement = scope_at()
    if statement is None or statement.document_key:
        raise RuleBroken(_("There is no scope that waits to be written."), code="nothing_to_write")
    _write(statement, kind, by)
    record("standards.scope_written", statement, by=by, document=statement.document_key)
    return statement


def _write(statement: ScopeStatement, kind: str, by: User) -> None:
    before = last_document_key()
    for maker in text_makers:
        if kind not in dict(maker.kinds(by)):
            raise RuleBroken(_("Please choose a kind of document that you may write."), code="kind")
        statement.document_key = maker.write(
            kind=kind,
            title=_("Scope of the management system"),
            text=scope_as_text(statement),
            before=before,
            reason=_("The scope was confirmed anew."),
            by=by,
        )
        statement.save(update_fields=["document_key"])


def _check(left_out: LeftOut, editions: Sequence[Edition], sites: Sequence[Site]) -> None:
    clause, item, told = left_out.clause, left_out.sub_item, {"clause": left_out.name}
    if clause.edition not in editions:
        raise RuleBroken(_("%(clause)s is not of a standard in this scope.") % told, code="other_edition")
    allowed = sub_items(clause.edition.standard, clause.edition.edition)
    if not ((clause.number, item) in allowed if item else clause.excludable):
        raise RuleBroken(_("%(clause)s applies to everybody who follows this standard.") % told, code="applies")
    if not left_out.reason.strip():
        raise RuleBroken(_("Please say why %(clause)s does not apply.") % told, code="reason_missing")
    if sites and not set(left_out.sites) <= set(sites):
        raise RuleBroken(_("%(clause)s is left out at a site that is not in this scope.") % told, code="other_site")
