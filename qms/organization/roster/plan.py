"""What the rows of a file of people would change, row by row and field by field. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from qms.organization.roster.columns import COLUMN_WORDS, Column
from qms.organization.states import ROLE_WORDS, Role

# A cell that empties a field: an empty cell says nothing.
EMPTY = "-"
ACCOUNT_COLUMNS = frozenset(
    {Column.NAME, Column.EMAIL, Column.PERSONNEL_NUMBER, Column.COMPANY, Column.JOINED_ON, Column.ENDS_ON}
)
NEVER_EMPTY = frozenset({Column.NAME, Column.JOINED_ON, Column.LANGUAGE})


class Kind(StrEnum):
    """What would happen with a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Row:
    """A row as it was read: its number in the file, and what its cells say."""

    number: int
    cells: Mapping[Column, str]


@dataclass(frozen=True)
class Held:
    """A person as they stand here: every field as the text a cell would hold; roles as `role@where`."""

    cells: Mapping[Column, str]
    is_active: bool = True


@dataclass(frozen=True)
class Powers:
    """What whoever imports may do."""

    username: str = ""
    accounts: bool = False
    structure: bool = False
    roles: bool = False


@dataclass(frozen=True)
class Known:
    """What stands here: people by user name; sites, teams, processes by their name in small letters; zones."""

    people: Mapping[str, Held] = field(default_factory=dict)
    sites: Mapping[str, str] = field(default_factory=dict)
    teams: Mapping[str, str] = field(default_factory=dict)
    processes: Mapping[str, str] = field(default_factory=dict)
    languages: frozenset[str] = frozenset({"en"})
    zones: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Change:
    """One field: what stands here, and what the file says."""

    column: Column
    old: str
    new: str

    @property
    def words(self) -> Promise:
        """Return the name of the field as people read it."""
        return COLUMN_WORDS[self.column]


@dataclass(frozen=True)
class Outcome:
    """What would happen with a row: nothing where it has problems, else its changes."""

    number: int
    kind: Kind
    username: str
    name: str
    changes: tuple[Change, ...] = ()
    problems: tuple[str, ...] = ()


def plan(rows: list[Row], known: Known, powers: Powers) -> list[Outcome]:
    """Return the outcome of each row, in the order of the file."""
    owners = {column: _owners(known, column) for column in (Column.PERSONNEL_NUMBER, Column.EMAIL)}
    names = [_username(row, owners) for row in rows]
    seen = Counter(name for name in names if name)
    reading = _Reading(known, powers, _managers(rows, names, known), owners[Column.PERSONNEL_NUMBER])
    return [_outcome(row, name, seen[name] > 1, reading) for row, name in zip(rows, names, strict=True)]


def _owners(known: Known, column: Column) -> dict[str, set[str]]:
    """Return who has which number or address."""
    found: dict[str, set[str]] = {}
    for name, held in known.people.items():
        text = held.cells.get(column, "").lower()
        if text:
            found.setdefault(text, set()).add(name)
    return found


def _username(row: Row, owners: Mapping[Column, Mapping[str, set[str]]]) -> str:
    """Return whom a row is about: by user name, else by personnel number, else by an e-mail only one person has."""
    given = row.cells.get(Column.USERNAME, "").lower()
    if given:
        return given
    for column, people in owners.items():
        same = people.get(row.cells.get(column, "").lower(), set())
        if len(same) == 1:
            return next(iter(same))
    return ""


def _managers(rows: list[Row], names: list[str], known: Known) -> dict[str, str]:
    """Return who would report to whom if every row came in."""
    found = {name: held.cells.get(Column.LINE_MANAGER, "") for name, held in known.people.items()}
    for row, name in zip(rows, names, strict=True):
        found.setdefault(name, "")
        given = row.cells.get(Column.LINE_MANAGER, "").lower()
        if given:
            found[name] = "" if given == EMPTY else given
    return found


@dataclass(frozen=True)
class _Reading:
    """What the reading of each row needs to know."""

    known: Known
    powers: Powers
    managers: Mapping[str, str]
    numbers: Mapping[str, set[str]]


def _outcome(row: Row, username: str, twice: bool, reading: _Reading) -> Outcome:
    held = reading.known.people.get(username)
    name = row.cells.get(Column.NAME) or (held.cells.get(Column.NAME, "") if held else "")
    problems = _identity_problems(row, username, held, twice, reading)
    changes: list[Change] = []
    for column, text in row.cells.items():
        if column == Column.USERNAME:
            continue
        value, wrong = _value(column, "" if text == EMPTY else text, reading)
        problems += wrong
        old = held.cells.get(column, "") if held else ""
        if column == Column.ROLES:
            value = _joined({*_parts(old), *_parts(value)})
        if value != old:
            changes.append(Change(column, old, value))
    problems += _power_problems(changes, held, username, reading.powers)
    kind = _kind(problems, held, changes)
    return Outcome(row.number, kind, username, name, tuple(changes), tuple(dict.fromkeys(problems)))


def _kind(problems: list[str], held: Held | None, changes: list[Change]) -> Kind:
    if problems:
        return Kind.PROBLEM
    if held is None:
        return Kind.NEW
    return Kind.CHANGED if changes else Kind.UNCHANGED


def _identity_problems(row: Row, username: str, held: Held | None, twice: bool, reading: _Reading) -> list[str]:
    number = row.cells.get(Column.PERSONNEL_NUMBER, "").lower()
    one_word = len(username) <= 80 and username.isprintable() and not any(sign.isspace() for sign in username)
    found = {
        _("The user name is missing."): not username,
        _("A user name is one word of at most 80 signs."): not one_word,
        _("Another row of this file is about the same person."): twice,
        _("The name is missing."): held is None and not row.cells.get(Column.NAME),
        _("This person has left: open the account first."): held is not None and not held.is_active,
        _("The line managers would form a circle."): bool(username) and _in_a_circle(username, reading.managers),
        _("Name, first day and language cannot be emptied."): any(row.cells.get(each) == EMPTY for each in NEVER_EMPTY),
        _("This personnel number belongs to somebody else."): reading.numbers.get(number, {username}) != {username},
    }
    return [words for words, stands in found.items() if stands]


def _in_a_circle(username: str, managers: Mapping[str, str]) -> bool:
    seen = {username}
    above = managers.get(username, "")
    while above and above not in seen:
        seen.add(above)
        above = managers.get(above, "")
    return bool(above) and above == username


def _power_problems(changes: list[Change], held: Held | None, username: str, powers: Powers) -> list[str]:
    problems = []
    columns = {change.column for change in changes}
    if not powers.accounts and (held is None or columns & ACCOUNT_COLUMNS):
        problems.append(_("Only IT opens accounts and changes names, addresses and dates."))
    if not powers.structure and Column.TEAMS in columns:
        problems.append(_("You may not change teams."))
    if not powers.structure and not powers.accounts and columns - {Column.ROLES, Column.TEAMS} - ACCOUNT_COLUMNS:
        problems.append(_("You may not change a person's place in the organization."))
    if Column.ROLES in columns:
        problems += _role_problems(next(each for each in changes if each.column == Column.ROLES), username, powers)
    return problems


def _role_problems(change: Change, username: str, powers: Powers) -> list[str]:
    given = {part.partition("@")[0] for part in set(_parts(change.new)) - set(_parts(change.old))}
    problems = []
    if username == powers.username:
        problems.append(_("Nobody gives a role to themselves."))
    if given - {Role.IT_ADMIN} and not powers.roles:
        problems.append(_("Quality roles are given by a quality manager."))
    if Role.IT_ADMIN in given and not powers.accounts:
        problems.append(_("The IT role is given by IT."))
    if Role.EXTERNAL_AUDITOR in given:
        problems.append(_("An external auditor needs a last day: give this role on the person's page."))
    return problems


def _value(column: Column, text: str, reading: _Reading) -> tuple[str, list[str]]:
    """Return a cell as it is kept, and what is wrong with it."""
    read = _READERS.get(column)
    if read is not None:
        return read(text, reading)
    return " ".join(text.split()), [] if len(text) <= 120 else [_("A cell is longer than 120 signs.")]


def _site(text: str, reading: _Reading) -> tuple[str, list[str]]:
    found = reading.known.sites.get(text.casefold(), "")
    missing = _("There is no site “%(text)s”. Make it first: People, then Sites.") % {"text": text}
    return found, [] if found or not text else [missing]


def _manager(text: str, reading: _Reading) -> tuple[str, list[str]]:
    there = not text or text.lower() in reading.managers
    return text.lower(), [] if there else [_("There is no person “%(text)s” to report to.") % {"text": text}]


def _language(text: str, reading: _Reading) -> tuple[str, list[str]]:
    return text.lower(), [] if text.lower() in reading.known.languages else [_("This language is not known here.")]


def _zone(text: str, reading: _Reading) -> tuple[str, list[str]]:
    there = not text or text in reading.known.zones
    return text, [] if there else [_("There is no time zone “%(text)s”.") % {"text": text}]


def _teams(text: str, reading: _Reading) -> tuple[str, list[str]]:
    return _joined({reading.known.teams.get(part.casefold(), part) for part in _parts(text)}), []


def _address(text: str, _reading: _Reading) -> tuple[str, list[str]]:
    try:
        validate_email(text) if text else None
    except ValidationError:
        return text, [_("“%(text)s” is not an e-mail address.") % {"text": text}]
    return text.lower(), []


def _day(text: str, _reading: _Reading) -> tuple[str, list[str]]:
    try:
        day = date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return text, [_("“%(text)s” is not a day: write it as 2027-01-31.") % {"text": text}]
    if day and not 1930 <= day.year <= 2200:
        return text, [_("“%(text)s” is out of range.") % {"text": text}]
    return day.isoformat() if day else "", []


def _roles(text: str, reading: _Reading) -> tuple[str, list[str]]:
    known, found, problems = reading.known, set(), []
    for part in _parts(text):
        role, _at, where = part.partition("@")
        key = _ROLES.get(role.strip().casefold())
        place = known.processes.get(where.strip().casefold()) or known.sites.get(where.strip().casefold(), "")
        if key is None:
            problems.append(_("There is no role “%(role)s”.") % {"role": role})
        elif where and not place:
            missing = _("There is no site or process “%(where)s”. Make it first: People, then Sites or Processes.")
            problems.append(missing % {"where": where})
        else:
            found.add(f"{key}@{place}" if place else key)
    return _joined(found), problems


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace("|", ";").split(";") if part.strip()]


def _joined(parts: set[str]) -> str:
    return "; ".join(sorted(parts))


_ROLES: dict[str, str] = {role.value: role.value for role in Role}
_ROLES |= {role.value.replace("_", " "): role.value for role in ROLE_WORDS}

_READERS: dict[Column, Callable[[str, _Reading], tuple[str, list[str]]]] = {
    Column.JOINED_ON: _day,
    Column.ENDS_ON: _day,
    Column.SITE: _site,
    Column.LINE_MANAGER: _manager,
    Column.LANGUAGE: _language,
    Column.TIME_ZONE: _zone,
    Column.EMAIL: _address,
    Column.TEAMS: _teams,
    Column.ROLES: _roles,
}
