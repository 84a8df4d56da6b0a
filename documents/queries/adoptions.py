"""How a revision of an older system came into force here: what was found of its approval, and who adopted it."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from documents.models import Adoption, Revision
from qms.organization.queries import organization_day


def approval_found(revision: Revision) -> str:
    """Return what was found of the approval of a revision in its old system; where nothing was, that stands there."""
    facts = {"system": revision.origin, "who": revision.origin_approvers, "day": _day(revision.origin_effective_on)}
    if not revision.origin_approvers and not revision.origin_effective_on:
        return _("approval in the old system (%(system)s) is not recorded") % facts
    if not revision.origin_approvers:
        told = _("in force in %(system)s since %(day)s; who approved it there is not recorded") % facts
    elif not revision.origin_effective_on:
        told = _("approved in %(system)s by %(who)s; the day is not recorded") % facts
    else:
        told = _("approved in %(system)s by %(who)s, in force there since %(day)s") % facts
    return told + _typed(revision)


def adoption_told(revision: Revision) -> str:
    """Return in a sentence how an adopted revision came into force; nothing for one that was approved here."""
    if revision.adoption is None:
        return ""
    facts = {"name": revision.adoption.adopted_by.name, "day": _day(revision.adoption.adopted_at)}
    found = approval_found(revision)
    if not revision.origin_approvers:
        told = _("%(found)s; put in force here by %(name)s on %(day)s.")
    else:
        told = _("%(found)s; adopted here by %(name)s on %(day)s.")
    sentence = told % {**facts, "found": found}
    return sentence[:1].upper() + sentence[1:]


def together_with(adoption: Adoption) -> int:
    """Return how many documents one signature put in force."""
    return adoption.revisions.count()


def _typed(revision: Revision) -> str:
    if revision.origin_typed_by is None:
        return ""
    facts = {"name": revision.origin_typed_by.name, "day": _day(revision.origin_typed_at)}
    return _(" (not read from the file: typed here by %(name)s on %(day)s)") % facts


def _day(moment: datetime | date | None) -> str:
    if isinstance(moment, datetime):
        moment = organization_day(moment)
    return date_format(moment, "j M Y") if moment else ""
