"""The trail in human words: who did what, made from verb and detail when it is read, never stored.

It stands in this room because a history names people; every room above uses it.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from qms.core.seams.history import sentences
from qms.organization.queries import names_of_people
from qms.trail.models import Entry, EntryTarget
from qms.trail.queries import about, by_verb


@dataclass(frozen=True)
class Told:
    """One entry as a timeline shows it; `about` names the people and records it concerns beyond the page it is on."""

    text: str
    at: datetime
    icon: str
    tone: str
    comment: str
    about: str = ""


def history_of(row: Model, *, most: int = 20) -> list[dict[str, Any]]:
    """Return the last entries about a record, the newest first, as `{% timeline %}` takes them."""
    return [asdict(each) for each in told(about(row), most=most)]


def last_changes_told() -> list[dict[str, Any]]:
    """Return the settings changed last, as `{% timeline %}` takes them."""
    return [asdict(each) for each in told(by_verb("organization.setting_changed"), most=10)]


# Names records of the trail, (model, key), for people; those it leaves out are not named.
Naming = Callable[[Sequence[tuple[str, str]]], dict[tuple[str, str], str]]


def told(entries: Iterable[Entry], *, most: int = 200, naming: Naming | None = None) -> list[Told]:
    """Return entries as sentences, in the order given; one query for all names, and what `naming` asks.

    A verb without a sentence is told by its name.
    """
    found = list(entries[:most] if isinstance(entries, QuerySet) else entries)[:most]
    whom = {entry.pk: _whom(entry) for entry in found}
    names = names_of_people({_person(entry.actor) for entry in found} | set(whom.values()))
    concerned = _concerned(found, naming) if naming else {}
    return [_told(entry, names, [names.get(whom[entry.pk], ""), *concerned.get(entry.pk, ())]) for entry in found]


def _whom(entry: Entry) -> str:
    """Return the key of the person an entry is about where somebody else did it."""
    person = str(detail_of(entry).get("person") or "")
    return "" if person == _person(entry.actor) else person


def _concerned(entries: Sequence[Entry], naming: Naming) -> dict[int, list[str]]:
    targets = list(EntryTarget.objects.filter(entry__in=entries).values_list("entry", "model", "key"))
    names = naming([(model, key) for _entry, model, key in targets])
    found: dict[int, list[str]] = {}
    for entry, model, key in targets:
        if (model, key) in names:
            found.setdefault(entry, []).append(names[model, key])
    return found


def detail_of(entry: Entry) -> dict[str, Any]:
    """Return the detail of an entry; one that was erased says so in words."""
    if not hasattr(entry, "detail"):
        return {"reason": _("The detail of this entry was erased.")}
    found: dict[str, Any] = json.loads(entry.detail.text)
    return found


def _told(entry: Entry, names: dict[str, str], concerned: Sequence[str]) -> Told:
    detail = detail_of(entry)
    sentence = sentences.get(entry.verb) if hasattr(entry, "detail") else None
    words = sentence.words(detail) if sentence else entry.verb.replace(".", ": ").replace("_", " ")
    return Told(
        text=_("%(who)s %(did)s") % {"who": _who(entry.actor, names), "did": words},
        at=entry.at,
        icon=sentence.icon if sentence else "circle-dot",
        tone=sentence.tone if sentence else "neutral",
        comment=str(detail.get("reason") or detail.get("text") or ""),
        about=", ".join(each for each in concerned if each and each not in words),
    )


def _who(actor: str, names: dict[str, str]) -> str:
    person = _person(actor)
    if person:
        return names.get(person, actor)
    return _("The system") if actor == "system" else actor


def _person(actor: str) -> str:
    kind, _colon, key = actor.partition(":")
    return key if kind == "person" else ""
