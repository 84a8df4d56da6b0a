"""What a person can owe: each room names its kinds of duty, and where the person goes to do it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from qms.core.seams.registry import Registry


@dataclass(frozen=True)
class WorkItem:
    """One duty as people read it: the record's number and title, the address where it is done, and where others go who
    can do something about it, if there is such a page."""

    number: str
    title: str
    url: str
    for_others: str = ""


@dataclass(frozen=True)
class WorkKind:
    """A kind of duty.

    `words` is what is to be done, as the button says it ("Approve", "Read and acknowledge"). `describe` answers for
    many subject keys with one query; keys it leaves out are records that are gone. `delegable` is False for what only
    the person can do (acknowledgements). `owners_of` names the process owner whom the ladder tells at its fourth step,
    for many keys with one query. `at_once` is True for approvals: one that is wanted today is mailed within a minute
    and does not wait for the digest (K9). `instead` says what to do with a duty that cannot be given to somebody else.
    `may_take` says in a sentence why a person cannot take over what another owes (record, the other, the person),
    and is empty when they can.
    `tells` is True for what only tells the person that a document has changed: there is nothing to do but to look, and
    mails do not call it owed.
    """

    words: Promise
    describe: Callable[[Iterable[str]], dict[str, WorkItem]]
    delegable: bool = True
    owners_of: Callable[[Iterable[str]], dict[str, int]] | None = None
    at_once: bool = False
    instead: Promise | None = None
    tells: bool = False
    may_take: Callable[[str, int, int], str] | None = None


work_kinds: Registry[WorkKind] = Registry("kinds of duty")
