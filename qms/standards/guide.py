"""The guide to the scope: a few questions, and what the answers say does not apply. Pure.

ISO 9001 lets a requirement not apply where it cannot, with a reason, if that touches neither conformity nor the
customer (4.3); without 8.3 it is today's form of ISO 9002. ISO 14001 offers nothing: its scope says where the system
ends, not what it leaves out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GUIDED = {("ISO 9001", "2015"), ("ISO 9001", "2026")}


class Answer(StrEnum):
    """What can be answered."""

    YES = "yes"
    NO = "no"
    OURSELVES = "ourselves"
    FOR_US = "for_us"
    GIVEN = "given"


ANSWER_WORDS: dict[Answer, Promise] = {
    Answer.YES: _("Yes"),
    Answer.NO: _("No"),
    Answer.OURSELVES: _("We do"),
    Answer.FOR_US: _("Somebody outside does it for us"),
    Answer.GIVEN: _("Our customers or a standard do, entirely"),
}


@dataclass(frozen=True)
class Question:
    """A question of the guide, what helps to answer it, and the answers there are."""

    words: Promise
    help: Promise
    answers: tuple[Answer, ...] = (Answer.YES, Answer.NO)


QUESTIONS: dict[str, Question] = {
    "design": Question(
        _("Who decides how your products and services are made up?"),
        _("Design applies too where an office, a group company or a supplier does it for you."),
        (Answer.OURSELVES, Answer.FOR_US, Answer.GIVEN),
    ),
    "special": Question(
        _("Are there processes whose result you cannot check afterwards?"),
        _("Welding, hardening, gluing, sterilizing, most services."),
    ),
    "measuring": Question(
        _("Must what you measure with be traceable to standards?"),
        _("Because a customer, a law or your own trust in the results asks for it."),
    ),
    "property": Question(
        _("Do you keep or use what belongs to customers or suppliers?"),
        _("Parts, tools, drawings, software, personal data."),
    ),
    "install": Question(_("Do you install what you deliver?"), _("At a customer's or on a site.")),
    "service": Question(_("Do you service or repair it?"), _("Maintenance and spare parts count.")),
    "owed": Question(_("Do you owe anything else after delivery?"), _("Warranty, recycling, support.")),
    "outside": Question(
        _("Does somebody outside do a part of your work?"),
        _("It stays in your scope: you control it by 8.4, and nothing falls away by it."),
    ),
}


@dataclass(frozen=True)
class Drop:
    """A clause with all that belongs to it, or one item of it, that answers take out, and the reason in words."""

    number: str
    reason: Promise
    sub_item: str = ""


# Which answers, all of them together, take out what.
DROPS: tuple[tuple[Mapping[str, Answer], Drop], ...] = (
    (
        {"design": Answer.GIVEN},
        Drop("8.3", _("Customers or standards specify the product entirely; we decide nothing of its design.")),
    ),
    (
        {"special": Answer.NO},
        Drop("8.5.1", _("Every result can be verified by monitoring or measuring afterwards."), "f"),
    ),
    (
        {"measuring": Answer.NO},
        Drop("7.1.5.2", _("Nothing is measured whose traceability is required or needed for trust in the result.")),
    ),
    (
        {"property": Answer.NO},
        Drop("8.5.3", _("Nothing that belongs to customers or external providers is kept or used.")),
    ),
    (
        {"install": Answer.NO, "service": Answer.NO, "owed": Answer.NO},
        Drop("8.5.5", _("There are no duties after delivery.")),
    ),
)


def dropped(answers: Mapping[str, str]) -> Iterator[Drop]:
    """Yield what the answers take out."""
    for wanted, drop in DROPS:
        if all(answers.get(name) == answer for name, answer in wanted.items()):
            yield drop


def asked_about(standard: str, edition: str) -> set[tuple[str, str]]:
    """Return the clauses and items of clauses of an edition that answers may take out, as (number, item)."""
    guided = (standard, edition) in GUIDED
    return {(drop.number, drop.sub_item) for _wanted, drop in DROPS if guided}


def sub_items(standard: str, edition: str) -> set[tuple[str, str]]:
    """Return the items of clauses that may not apply though their clause does, as (number, item)."""
    return {(number, item) for number, item in asked_about(standard, edition) if item}
