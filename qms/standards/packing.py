"""What this room holds for an evidence pack: how each chosen clause stood, what was linked to it and judged of it."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qms.core.canonical import instant
from qms.core.seams.evidence import EvidenceRecord, EvidenceSource, Piece, Selection
from qms.organization.models import User
from qms.organization.queries import may, organization_zone
from qms.standards.models import Clause, Judgement
from qms.standards.queries.evidence import Told
from qms.standards.queries.links import Linked
from qms.standards.queries.packed import PackedClause, clauses_packed, packed
from qms.standards.rights import Can
from qms.standards.status import KIND_WORDS, MEANS

JUDGEMENT, SIGNATURE = "standards.judgement", "signatures.signature"
MOST_NAMED = 10


def gather(selection: Selection, person: User, at: datetime) -> Iterator[EvidenceRecord]:
    """Yield a record for each chosen clause as it stood at an instant, for who may read standards."""
    if selection.clauses and may(person, Can.READ):
        for each in packed(selection.clauses, person, at):
            yield _record(each, at)


def count(selection: Selection, person: User) -> int:
    """Return of how many clauses a selection tells a person."""
    return clauses_packed(_wanted(selection, person)).count()


def told(selection: Selection, person: User) -> str:
    """Return in words of which clauses a selection tells a person; empty for none."""
    clauses = list(clauses_packed(_wanted(selection, person)))
    before = [None, *(each.edition for each in clauses)]
    found = [each.number if each.edition == last else _name(each) for each, last in zip(clauses, before, strict=False)]
    if not found:
        return ""
    left = len(found) - MOST_NAMED
    named = ", ".join(found[:MOST_NAMED]) + (_(" and %(n)d more") % {"n": left} if left > 0 else "")
    words = ngettext("%(n)d clause: %(clauses)s", "%(n)d clauses: %(clauses)s", len(found))
    return words % {"n": len(found), "clauses": named}


def choices() -> dict[str, Sequence[tuple[str, str]]]:
    """Return no choice: clauses are asked for by their numbers."""
    return {}


def known(_numbers: Sequence[str], _person: User) -> set[str]:
    """Return no number: that of a clause names no record."""
    return set()


def within(targets: Sequence[tuple[str, str]], person: User) -> bool:
    """Return whether a person may still take away the clauses among these records."""
    return may(person, Can.READ) or all(model != JUDGEMENT for model, _key in targets)


def _wanted(selection: Selection, person: User) -> Sequence[int]:
    return selection.clauses if selection.clauses and may(person, Can.READ) else ()


def _name(clause: Clause) -> str:
    return f"{clause.edition} {clause.number}"


def _record(found: PackedClause, at: datetime) -> EvidenceRecord:
    edition = found.clause.edition
    return EvidenceRecord(
        number=_name(found.clause),
        title=found.clause.title,
        kind=_("Clause"),
        state=_state(found),
        folder=f"clauses/{slugify(f'{edition.standard} {edition.edition}')[:60]}-{edition.pk}/{found.clause.number}",
        pieces=[Piece("clause.json", _("Evidence status"), content=_json(_metadata(found, at)))],
        facts=list(_facts(found, at)),
        lists=[(heading, lines) for heading, lines in _lists(found) if lines],
        # Links are told by the entries of what is linked, which may name clauses that were not asked for.
        targets=[target for each in found.judgements for target in _targets(each)],
        counts=[(_("Clauses"), 1)],
        people=[each.judged_by_id for each in found.judgements],
    )


def _targets(each: Judgement) -> list[tuple[str, str]]:
    return [(JUDGEMENT, str(each.pk)), (SIGNATURE, str(each.signature_id))]


def _state(found: PackedClause) -> str:
    return found.row.status.state_words if found.row.status else _("does not apply")


def _facts(found: PackedClause, at: datetime) -> Iterator[tuple[str, str]]:
    status = found.row.status
    yield _("Evidence status"), _state(found)
    yield _("As of"), _moment(at)
    if status is None:
        yield _("Because"), found.row.left_out
    elif status.lacks_words:
        yield _("Waits for"), status.lacks_words
    if status and status.since:
        yield _("Since"), _moment(status.since)
    if status and status.attention:
        yield _("Attention"), _("a review is overdue")
    yield _("Expects"), _expects(found)
    yield _("What this means"), str(MEANS)


def _expects(found: PackedClause) -> str:
    named = ", ".join(str(KIND_WORDS[kind]) for kind in found.expects)
    return named or _("a document or records, whichever there are")


def _lists(found: PackedClause) -> Iterator[tuple[str, list[str]]]:
    yield _("What is linked"), [_line(linked, shows) for linked, shows in found.linked]
    yield _("Judgements"), [_judged(each) for each in found.judgements]


def _line(linked: Linked, shows: Sequence[Told]) -> str:
    subject, link = linked.subject, linked.link
    head = " ".join(filter(None, [f"{subject.words}:", subject.number, subject.title]))
    parts = [_shown(one) for one in shows]
    if link.confirmed_by and link.confirmed_at:
        told = {"name": link.confirmed_by.name, "day": _moment(link.confirmed_at)}
        parts.append(_("confirmed by %(name)s, %(day)s") % told)
    return " · ".join([head, *parts])


def _shown(one: Told) -> str:
    if one.holds or one.until is None:
        return _("%(words)s, since %(day)s") % {"words": one.words, "day": _moment(one.since)}
    return _("%(words)s, ended %(day)s") % {"words": one.words, "day": _moment(one.until)}


def _judged(each: Judgement) -> str:
    then = _("Evidence status then: %(words)s") % {"words": each.computed_words}
    return f"{each.judged_by.name} · {_moment(each.judged_at)}: {each.said} · {then}"


def _metadata(found: PackedClause, at: datetime) -> dict[str, Any]:
    status = found.row.status
    return {
        "clause": _name(found.clause),
        "title": found.clause.title,
        "as_of": instant(at),
        "status": status.state if status else None,
        "status_words": _state(found),
        "since": _instant(status.since) if status else None,
        "waits_for": list(status.lacks) if status else [],
        "review_overdue": bool(status and status.attention),
        "does_not_apply": found.row.left_out,
        "expects": list(found.expects),
        "linked": [_linked(linked, shows) for linked, shows in found.linked],
        "judgements": [_judgement(each) for each in found.judgements],
        "means": str(MEANS),
    }


def _linked(linked: Linked, shows: Sequence[Told]) -> dict[str, Any]:
    link = linked.link
    return {
        "kind": str(linked.subject.words),
        "number": linked.subject.number,
        "title": linked.subject.title,
        "confirmed_at": _instant(link.confirmed_at),
        "confirmed_by": link.confirmed_by.name if link.confirmed_by else "",
        "everywhere": link.everywhere,
        "shows": [
            {
                "what": one.words,
                "holds": one.holds,
                "since": instant(one.since),
                "until": _instant(one.until),
                "grade": one.grade,
            }
            for one in shows
        ],
    }


def _judgement(each: Judgement) -> dict[str, Any]:
    return {
        "said": each.said,
        "judged_at": instant(each.judged_at),
        "judged_by": each.judged_by.name,
        "status_then": each.computed,
        "signature": str(each.signature.uid),
        "content_sha256": each.signature.content_hash,
    }


def _instant(at: datetime | None) -> str | None:
    return instant(at) if at else None


def _moment(at: datetime) -> str:
    local = at.astimezone(organization_zone())
    return f"{local.isoformat(' ')[:16]} {local.tzname()}"


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


SOURCE = EvidenceSource(
    label=gettext_lazy("Clauses"),
    choices=choices,
    gather=gather,
    count=count,
    told=told,
    known=known,
    within=within,
)
