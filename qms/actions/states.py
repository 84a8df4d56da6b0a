"""The lifecycle of an action: its states, facts, guards and table (docs/lifecycles.md, rows T1-T8). Pure."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.actions.rights import Can
from qms.core.lifecycle import Edge, Facts, Lifecycle

OWNER = "relation.owner"
VERIFIER = "relation.verifier"
GIVER = "relation.giver"
ANSWERER = "relation.answerer"


class State(StrEnum):
    """Where an action stands."""

    OPEN = "open"
    DONE = "done"
    VERIFIED = "verified"
    CANCELLED = "cancelled"


STATE_WORDS: dict[State, Promise] = {
    State.OPEN: gettext_lazy("To do"),
    State.DONE: gettext_lazy("Done, to be verified"),
    State.VERIFIED: gettext_lazy("Verified"),
    State.CANCELLED: gettext_lazy("Cancelled"),
}

IN_HAND = (State.OPEN, State.DONE)


class Answer(StrEnum):
    """What became of a request for more time."""

    AGREED = "agreed"
    REFUSED = "refused"
    VOID = "void"


ANSWER_WORDS: dict[Answer, Promise] = {
    Answer.AGREED: gettext_lazy("agreed"),
    Answer.REFUSED: gettext_lazy("refused"),
    Answer.VOID: gettext_lazy("no longer needed"),
}


@dataclass(frozen=True, kw_only=True)
class ActionFacts(Facts):
    """What guards ask of an action, read after its row was locked; what only a verb knows counts as fit until then."""

    has_evidence: bool = True
    has_verifier: bool = True
    has_answerer: bool = True
    gate_problem: str = ""
    separation_problem: str = ""
    extension_open: bool = False
    asked_oneself: bool = False
    asked_day_gone: bool = False
    day_problem: str = ""
    person_problem: str = ""


def evidence_is_given(facts: ActionFacts) -> str | None:
    """T2: done means that something shows it: words, a file, or a record."""
    if facts.has_evidence:
        return None
    return _("Say what shows that it is done: in words, with a file, or with the number of a record.")


def gate_is_passed(facts: ActionFacts) -> str | None:
    """T2: an action that changes a document is done only when that revision is in force."""
    return facts.gate_problem or None


def somebody_can_verify(facts: ActionFacts) -> str | None:
    """What nobody else could verify would be done for ever without an end."""
    if facts.has_verifier:
        return None
    return _("Nobody else is there who verifies this. Let whoever gave it name a verifier first.")


def somebody_can_answer(facts: ActionFacts) -> str | None:
    """A question needs somebody who is asked."""
    if facts.has_answerer:
        return None
    return _("Nobody else is there who answers this. Let whoever gave it name a verifier first.")


def somebody_else_verifies(facts: ActionFacts) -> str | None:
    """T3: nobody verifies what they own or did, unless an exception to separation is on record."""
    return facts.separation_problem or None


def no_extension_is_open(facts: ActionFacts) -> str | None:
    """One request for more time at a time."""
    return _("More time is asked for already; that is answered first.") if facts.extension_open else None


def an_extension_is_open(facts: ActionFacts) -> str | None:
    """An answer needs a question."""
    return None if facts.extension_open else _("No request for more time is open here.")


def somebody_else_answers(facts: ActionFacts) -> str | None:
    """Nobody agrees to the time they asked for themselves."""
    return _("You asked for this yourself; somebody else answers it.") if facts.asked_oneself else None


def asked_day_is_to_come(facts: ActionFacts) -> str | None:
    """A day that went by while the answer waited is no due day any more."""
    if facts.asked_day_gone:
        return _("The day that was asked for has gone. Refuse it; a later one can be asked for.")
    return None


def day_fits(facts: ActionFacts) -> str | None:
    """More time means a later day, and one that is still to come."""
    return facts.day_problem or None


def person_fits(facts: ActionFacts) -> str | None:
    """Whoever is named is here, and owner and verifier are two people."""
    return facts.person_problem or None


_ONLY_OPEN, _ONLY_DONE = frozenset({State.OPEN}), frozenset({State.DONE})

ACTION: Lifecycle[ActionFacts] = Lifecycle(
    "action",
    [
        Edge(
            verb="do",
            row="T2",
            label=gettext_lazy("Say that it is done"),
            sources=_ONLY_OPEN,
            to=State.DONE,
            who=frozenset({OWNER}),
            guards=(evidence_is_given, gate_is_passed, somebody_can_verify),
        ),
        Edge(
            verb="verify",
            row="T3",
            label=gettext_lazy("Verify"),
            sources=_ONLY_DONE,
            to=State.VERIFIED,
            who=frozenset({VERIFIER, Can.VERIFY}),
            guards=(somebody_else_verifies,),
        ),
        Edge(
            verb="send_back",
            row="T4",
            label=gettext_lazy("Send back"),
            sources=_ONLY_DONE,
            to=State.OPEN,
            who=frozenset({VERIFIER, Can.VERIFY}),
            reason=True,
        ),
        Edge(
            verb="ask_extension",
            row="T5",
            label=gettext_lazy("Ask for more time"),
            sources=_ONLY_OPEN,
            to=State.OPEN,
            who=frozenset({OWNER}),
            reason=True,
            guards=(no_extension_is_open, day_fits, somebody_can_answer),
        ),
        Edge(
            verb="agree_extension",
            row="T6",
            label=gettext_lazy("Agree to more time"),
            sources=_ONLY_OPEN,
            to=State.OPEN,
            who=frozenset({ANSWERER, Can.VERIFY}),
            guards=(an_extension_is_open, somebody_else_answers, asked_day_is_to_come),
        ),
        Edge(
            verb="refuse_extension",
            row="T6",
            label=gettext_lazy("Refuse more time"),
            sources=_ONLY_OPEN,
            to=State.OPEN,
            who=frozenset({ANSWERER, Can.VERIFY}),
            reason=True,
            guards=(an_extension_is_open, somebody_else_answers),
        ),
        Edge(
            verb="hand_over",
            row="T7",
            label=gettext_lazy("Hand over to somebody else"),
            sources=_ONLY_OPEN,
            to=State.OPEN,
            who=frozenset({GIVER, Can.MANAGE}),
            reason=True,
            guards=(person_fits,),
        ),
        Edge(
            verb="change",
            row="T7",
            label=gettext_lazy("Change what is asked, or who verifies"),
            sources=_ONLY_OPEN,
            to=State.OPEN,
            who=frozenset({GIVER, Can.MANAGE}),
            guards=(person_fits,),
        ),
        Edge(
            verb="cancel",
            row="T8",
            label=gettext_lazy("Cancel"),
            sources=_ONLY_OPEN,
            to=State.CANCELLED,
            who=frozenset({GIVER, Can.MANAGE}),
            reason=True,
        ),
    ],
    {state.value: words for state, words in STATE_WORDS.items()},
)
