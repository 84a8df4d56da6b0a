"""The words of reminder mails: plain text, deep links that sign nobody in, in the reader's language. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from qms.duties.states import SECTION_WORDS, Section
from qms.jobs.states import MailKind

MOST_LINES = 40
WORK_PAGE = "/work/"


@dataclass(frozen=True)
class Line:
    """One duty in a mail: what is to be done, on which record, by whom (empty for the reader), by when, where."""

    words: str | Promise
    title: str
    person: str
    due_on: date | None
    url: str


@dataclass(frozen=True)
class Part:
    """One section of a mail: its first lines, and how many duties it is about."""

    lines: Sequence[Line]
    total: int


Parts = Mapping[Section, Part]


@dataclass(frozen=True)
class Letter:
    """A mail ready to be put down."""

    subject: str
    body: str


def letter(kind: MailKind, name: str, parts: Parts, *, today: date, base_url: str) -> Letter:
    """Return the mail that tells a person about these duties; call it inside the person's language."""
    blocks = [_("Hello %(name)s,") % {"name": name}]
    blocks += [_block(section, parts[section], today, base_url) for section in Section if section in parts]
    blocks.append(_("All of your work: %(url)s") % {"url": base_url + WORK_PAGE})
    blocks.append(_("The links ask you to sign in and show nothing to anybody else."))
    return Letter(_subject(kind, parts, today), "\n\n".join(blocks) + "\n")


def _subject(kind: MailKind, parts: Parts, today: date) -> str:
    total = sum(part.total for part in parts.values())
    if kind == MailKind.APPROVAL:
        return ngettext("%(n)d approval is wanted today", "%(n)d approvals are wanted today", total) % {"n": total}
    if kind == MailKind.ESCALATION:
        words = ngettext("%(n)d duty needs Quality", "%(n)d duties need Quality", total)
        return words % {"n": total}
    own, news = parts.get(Section.OWN), parts.get(Section.NEWS)
    if own is None and news is not None and len(parts) == 1:
        return ngettext("%(n)d document changed", "%(n)d documents changed", news.total) % {"n": news.total}
    if own is None:
        total -= news.total if news else 0
        return ngettext("%(n)d duty among your people", "%(n)d duties among your people", total) % {"n": total}
    late = sum(1 for line in own.lines if line.due_on and line.due_on < today)
    words = ngettext("You owe %(n)d thing", "You owe %(n)d things", own.total) % {"n": own.total}
    return _("%(words)s, %(late)d overdue") % {"words": words, "late": late} if late else words


def _block(section: Section, part: Part, today: date, base_url: str) -> str:
    lines = [f"{SECTION_WORDS[section]}\n"]
    lines += [_entry(line, today, base_url, dated=section is not Section.NEWS) for line in part.lines]
    more = part.total - len(part.lines)
    if more > 0:
        lines.append("  " + ngettext("… and %(n)d more", "… and %(n)d more", more) % {"n": more})
    return "\n".join(lines)


def _entry(line: Line, today: date, base_url: str, *, dated: bool) -> str:
    who = f"{line.person}: " if line.person else ""
    address = f"{base_url}{line.url}" if line.url.startswith("/") else line.url
    rows = [f"* {who}{line.words}: {line.title}" if line.title else f"* {who}{line.words}"]
    if dated:
        rows.append(f"  {_due(line.due_on, today, get_language())}")
    if address:
        rows.append(f"  {address}")
    return "\n".join(rows)


@lru_cache(maxsize=4096)
def _due(due_on: date | None, today: date, _language: str) -> str:
    return due_words(due_on, today)


def due_words(due_on: date | None, today: date) -> str:
    """Return when something is due as people say it, with the day."""
    if due_on is None:
        return _("no day set")
    day, away = date_format(due_on, "DATE_FORMAT"), (due_on - today).days
    if away == 0:
        return _("due today, %(day)s") % {"day": day}
    if away > 0:
        return ngettext("due %(day)s, in %(n)d day", "due %(day)s, in %(n)d days", away) % {"day": day, "n": away}
    words = ngettext("due %(day)s, %(n)d day overdue", "due %(day)s, %(n)d days overdue", -away)
    return words % {"day": day, "n": -away}
