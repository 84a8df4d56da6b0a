"""What the management system covers: a scope is confirmed whole, and closed by the next one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken
from qms.core.seams.texts import text_makers
from qms.organization.models import Site, User
from qms.organization.services.checks import one_at_a_time, require
from qms.standards.guide import sub_items
from qms.standards.models import Clause, Edition, NotApplicable, ScopeStatement
from qms.standards.printing import scope_as_text
from qms.standards.queries import last_document_key
from qms.standards.rights import Can
from qms.trail.services import record


@dataclass(frozen=True)
class LeftOut:
    """A clause, or one item of it, that does not apply, and why."""

    clause: Clause
    reason: str
    sub_item: str = ""


@transaction.atomic
def confirm_scope(
    *,
    products: str,
    editions: Sequence[Edition],
    sites: Sequence[Site],
    answers: Mapping[str, str],
    left_out: Sequence[LeftOut],
    by: User,
    kind: str = "",
) -> ScopeStatement:
    """Put a scope in place of the one before (ISO 9001 4.3). No sites stands for all of them.

    With a `kind` of document it is written as a draft of one, or as the next revision of the one that the scope before
    was written in; review and approval go their usual way.
    Raises NotPermitted without the right; RuleBroken without products or a standard, for a clause that may not be left
    out, or one without a reason, and while somebody else has that document in hand.
    """
    require(by, Can.SCOPE)
    if not products.strip() or not editions:
        raise RuleBroken(_("A scope names products or services and at least one standard."), code="empty")
    for each in left_out:
        _check(each, editions)
    one_at_a_time()
    now = timezone.now()
    ScopeStatement.objects.filter(valid_until=None).update(valid_until=now)
    made = ScopeStatement.objects.create(
        products=products.strip(), answers=dict(answers), confirmed_by=by, valid_from=now
    )
    made.editions.set(editions)
    made.sites.set(sites)
    NotApplicable.objects.bulk_create(
        NotApplicable(statement=made, clause=each.clause, sub_item=each.sub_item, reason=each.reason.strip())
        for each in left_out
    )
    record(
        "standards.scope_confirmed",
        made,
        by=by,
        products=made.products,
        editions=[str(each) for each in editions],
        sites=[each.pk for each in sites],
        left_out=[f"{each.clause.edition} {each.clause.number} {each.sub_item}".strip() for each in left_out],
    )
    _write(made, kind, by)
    return made


def _write(statement: ScopeStatement, kind: str, by: User) -> None:
    before = last_document_key()
    for maker in text_makers if kind else ():
        statement.document_key = maker.write(
            kind=kind,
            title=_("Scope of the management system"),
            text=scope_as_text(statement),
            before=before,
            reason=_("The scope was confirmed anew."),
            by=by,
        )
        statement.save(update_fields=["document_key"])


def _check(left_out: LeftOut, editions: Sequence[Edition]) -> None:
    clause, item = left_out.clause, left_out.sub_item
    told = {"clause": f"{clause.edition} {clause.number} {item}".strip()}
    if clause.edition not in editions:
        raise RuleBroken(_("%(clause)s is not of a standard in this scope.") % told, code="other_edition")
    allowed = sub_items(clause.edition.standard, clause.edition.edition)
    if not ((clause.number, item) in allowed if item else clause.excludable):
        raise RuleBroken(_("%(clause)s applies to everybody who follows this standard.") % told, code="applies")
    if not left_out.reason.strip():
        raise RuleBroken(_("Please say why %(clause)s does not apply.") % told, code="reason_missing")
