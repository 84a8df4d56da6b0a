"""The signatures on revisions: what exactly each is over, where that lies in a pack, and whether it still holds."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.models import Adoption, Content, Excusal, Revision, Round, Seat
from documents.packed.words import moment
from documents.queries import visible_to
from documents.queries.signed import adopted_at_once, adoption_text, excusal_text
from documents.states import RoundOutcome
from qms.core.canonical import instant, sha256
from qms.organization.models import User
from qms.signatures.models import Signature
from qms.signatures.states import MEANING_WORDS, Meaning

CONTENT = "content.json"
AGAINST = {Meaning.REJECTED, Meaning.RETURNED}
ENDED_OTHERWISE = {RoundOutcome.REJECTED, RoundOutcome.WITHDRAWN, RoundOutcome.VOID}


class Standing(StrEnum):
    """What has become of a signature."""

    VALID = "valid"
    CHANGED = "content_changed"
    VOID = "void"


STANDING_WORDS: dict[Standing, Promise] = {
    Standing.CHANGED: gettext_lazy("no longer valid: the content has changed since"),
    Standing.VOID: gettext_lazy("no longer valid: what it agreed to did not come about"),
}


@dataclass(frozen=True)
class Found:
    """What was signed: the text, or None with the reason why a pack does not hold it, and whether it still holds."""

    text: str | None
    standing: Standing = Standing.VALID
    absent: str = ""


@dataclass(frozen=True)
class Signed:
    """A signature on a revision, with the file of the pack whose bytes were signed; `file` is empty where none is.

    `seat` is where it was given, in a round that asked people.
    """

    signature: Signature
    found: Found
    file: str
    seat: Seat | None

    @property
    def counts(self) -> bool:
        """Return whether it agrees to what stands there now."""
        return self.found.standing is Standing.VALID and self.signature.meaning not in AGAINST

    @property
    def is_excusal(self) -> bool:
        """Return whether it excuses somebody, which the index tells elsewhere."""
        return self.signature.meaning == Meaning.EXCUSED

    def line(self) -> str:
        """Return it as the index tells it: who, what, when, and what stands against it."""
        signature, words = self.signature, STANDING_WORDS.get(self.found.standing)
        parts = [signature.printed_name, str(MEANING_WORDS[Meaning(signature.meaning)]), moment(signature.signed_at)]
        if not self.counts and self.seat is not None and self.seat.words:
            parts.append(self.seat.words)
        return " · ".join([*parts, *([str(words)] if words else [])])

    def told(self, up: str) -> dict[str, Any]:
        """Return it as `signatures.json` tells it; `up` leads from there to the top of the pack."""
        signature, seat = self.signature, self.seat
        exception = seat.exception if seat is not None else None
        return {
            "name": signature.printed_name,
            "meaning": signature.meaning,
            "signed_at": instant(signature.signed_at),
            "zone": signature.zone,
            "method": signature.method,
            "content_sha256": signature.content_hash,
            "signed_file": (up if "/" in self.file else "") + self.file if self.file else None,
            "not_here": self.found.absent or None,
            "standing": self.found.standing.value,
            "words": seat.words if seat is not None else "",
            "canonical": signature.canonical(),
            "separation_set_aside": str(exception) if exception else None,
        }


class AdoptedLists:
    """The lists that adoptions signed, each read once for a whole pack (D0).

    A list names every record of its batch: it is held back from a person who may not see all of them.
    """

    def __init__(self, person: User) -> None:
        self.person = person
        self._read: dict[int, Found] = {}

    def of(self, adoption: Adoption) -> Found:
        """Return the list of an adoption, or why a pack for this person does not hold it."""
        if adoption.pk not in self._read:
            self._read[adoption.pk] = self._list(adoption)
        return self._read[adoption.pk]

    def _list(self, adoption: Adoption) -> Found:
        revisions = list(adopted_at_once(adoption.pk))
        documents = {each.document_id for each in revisions}
        if visible_to(self.person).filter(revisions__adoption=adoption).distinct().count() < len(documents):
            return Found(None, absent=_("The list names records that the maker of this pack may not see."))
        text = adoption_text(revisions)
        if sha256(text) != adoption.content_hash:
            return Found(None, Standing.CHANGED, _("The list is no longer what was signed."))
        return Found(text)


@dataclass(frozen=True)
class Around:
    """What stands around some signatures: seats, outcomes of rounds and excusals by signature, contents by revision."""

    seats: dict[int, Seat]
    outcomes: dict[int, str]
    excusals: dict[int, Excusal]
    contents: dict[int, dict[str, datetime]]
    lists: AdoptedLists


def signatures_on(revisions: Sequence[Revision], at: datetime, lists: AdoptedLists) -> dict[int, list[Signed]]:
    """Return the signatures on some revisions until an instant, by revision, that of its adoption first."""
    given: dict[str, list[Signature]] = defaultdict(list)
    rows = Signature.objects.filter(subject_model="documents.revision", signed_at__lte=at)
    for each in rows.filter(subject_key__in=[str(each.pk) for each in revisions]).order_by("signed_at", "pk"):
        given[each.subject_key].append(each)
    around = _around(revisions, [each.pk for some in given.values() for each in some], lists)
    return {each.pk: [*_adopted(each, lists), *_signed(each, given[str(each.pk)], around)] for each in revisions}


def _adopted(revision: Revision, lists: AdoptedLists) -> list[Signed]:
    adoption = revision.adoption
    if adoption is None or adoption.signature is None:
        return []
    found = lists.of(adoption)
    return [Signed(adoption.signature, found, _adopted_file(adoption) if found.text else "", None)]


def _adopted_file(adoption: Adoption) -> str:
    """Return where the list of an adoption lies, seen from the top of the pack: once for all that it adopted."""
    return f"adoptions/adoption-{adoption.pk}.json"


def _around(revisions: Sequence[Revision], signatures: Sequence[int], lists: AdoptedLists) -> Around:
    seats = Seat.objects.filter(signature__in=signatures).select_related("exception", "round")
    contents: dict[int, dict[str, datetime]] = defaultdict(dict)
    frozen = Content.objects.filter(revision__in=revisions).values_list("revision", "sha256", "frozen_at")
    for revision, content, frozen_at in frozen.order_by("-pk"):
        contents[revision][content] = frozen_at
    by_signature = {each.signature_id: each for each in seats if each.signature_id}
    rounds = Round.objects.filter(signature__in=signatures).values_list("signature", "outcome")
    outcomes = dict(rounds) | {key: each.round.outcome for key, each in by_signature.items()}
    excusals = {each.signature_id: each for revision in revisions for each in revision.excusals.all()}
    return Around(by_signature, outcomes, excusals, contents, lists)


def _signed(revision: Revision, signatures: Sequence[Signature], around: Around) -> list[Signed]:
    found, excused = [], 0
    for each in signatures:
        if each.pk in around.excusals:
            excused += 1
            text = _excused(each, revision, around)
            found.append(Signed(each, text, f"excused-{excused}.json" if text.text else "", None))
        else:
            text = _on_content(each, revision, around)
            found.append(Signed(each, text, CONTENT if text.text else "", around.seats.get(each.pk)))
    return found


def _on_content(signature: Signature, revision: Revision, around: Around) -> Found:
    content = revision.content
    if content is None or content.sha256 != signature.content_hash:
        return Found(None, Standing.CHANGED, _earlier(signature, around.contents[revision.pk]))
    void = around.outcomes.get(signature.pk) in ENDED_OTHERWISE and signature.meaning != Meaning.REJECTED
    return Found(content.text, Standing.VOID if void else Standing.VALID)


def _earlier(signature: Signature, contents: dict[str, datetime]) -> str:
    frozen_at = contents.get(signature.content_hash)
    if frozen_at is None:
        return _("It was given to another content, which the system does not hold.")
    return _("It was given to an earlier content, frozen at %(at)s; the system holds it.") % {"at": instant(frozen_at)}


def _excused(signature: Signature, revision: Revision, around: Around) -> Found:
    """Make again what was signed: the content meant is the one whose text gives the hash, now or at that time."""
    excusal = around.excusals[signature.pk]
    now = revision.content.sha256 if revision.content else None
    for content in [now, *around.contents[revision.pk]]:
        text = excusal_text(excusal.person_id, content, excusal.reason)
        if sha256(text) == signature.content_hash:
            return Found(text, Standing.VALID if content == now else Standing.CHANGED)
    return Found(None, Standing.CHANGED, _("What was signed is no longer what stands there."))
