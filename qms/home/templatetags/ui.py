"""Words with a mark: icons, states, due days, moments, people, columns. Presentation only; see docs/pages.md."""

from datetime import date, datetime
from functools import lru_cache
from typing import Protocol
from unicodedata import east_asian_width

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import get_language, gettext, ngettext
from lucide.templatetags.lucide import lucide

from qms.organization.queries import organization_day

register = template.Library()


class Place(Protocol):
    """One entry of the rail, as the shell gives it."""

    label: str
    short: str
    url: str
    icon: str
    current: bool
    count: int


ICONS = {
    "draft": "pencil-line",
    "review": "messages-square",
    "approval": "signature",
    "approved": "badge-check",
    "effective": "circle-check-big",
    "past": "archive",
    "soon": "clock",
    "late": "circle-alert",
    "info": "info",
    "done": "check",
    "neutral": "circle",
}

STATES = {
    "draft": ("draft", "pencil-line"),
    "open": ("neutral", "circle"),
    "verified": ("effective", "circle-check-big"),
    "in_review": ("review", "messages-square"),
    "in_approval": ("approval", "signature"),
    "approved": ("approved", "badge-check"),
    "effective": ("effective", "circle-check-big"),
    "superseded": ("past", "history"),
    "obsolete": ("past", "archive"),
    "cancelled": ("past", "circle-x"),
    "migrated": ("neutral", "package-open"),
    "assigned": ("neutral", "circle"),
    "opened": ("review", "eye"),
    "acknowledged": ("effective", "circle-check-big"),
    "credited": ("effective", "badge-check"),
    "failed": ("late", "circle-x"),
    "overdue": ("late", "circle-alert"),
    "due_soon": ("soon", "clock"),
    "excused": ("past", "circle-minus"),
    "waiting": ("neutral", "hourglass"),
    "running": ("review", "loader"),
    "done": ("done", "check"),
    "sent": ("done", "send"),
    "kept": ("neutral", "archive"),
    "rejected": ("late", "undo-2"),
    "queued": ("neutral", "hourglass"),
    "sending": ("review", "loader"),
    "in_doubt": ("soon", "circle-question-mark"),
    "set_aside": ("past", "archive"),
    "current": ("effective", "circle-check-big"),
    "withdrawn": ("past", "archive"),
    "own": ("info", "house"),
    "left_out": ("past", "circle-minus"),
    "met": ("done", "check"),
    "action": ("soon", "list-plus"),
    "not_applicable": ("past", "circle-minus"),
    "suggested": ("soon", "wand-sparkles"),
    "carried": ("soon", "arrow-right"),
    "confirmed": ("done", "check"),
    "beyond": ("info", "circle-plus"),
    "same": ("done", "equal"),
    "equivalent": ("done", "equal-approximately"),
    "check": ("soon", "scan-search"),
    "partial": ("soon", "diff"),
    "split": ("review", "split"),
    "merged": ("review", "merge"),
    "moved": ("review", "arrow-right"),
    "new": ("info", "plus"),
    "removed": ("past", "minus"),
    "specific": ("neutral", "circle"),
}

MESSAGE_TONES = {"success": "done", "info": "info", "warning": "soon", "error": "late", "debug": "neutral"}

SOON = 7
FAR = 60


@lru_cache(maxsize=512)
def _svg(name: str, size: int) -> SafeString:
    return SafeString(lucide(name, size=size, **{"class": "icon", "aria-hidden": "true"}))


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """Return the Lucide icon as inline SVG, hidden from screen readers: a word always stands beside it."""
    return _svg(name, size)


@register.simple_tag
def state(value: str, label: str, tone: str = "") -> SafeString:
    """Return the badge of a record's state: colour, icon and word. `tone` speaks for a state unknown here."""
    known_tone, known_icon = STATES.get(value, ("neutral", ICONS["neutral"]))
    if tone:
        known_tone, known_icon = tone, ICONS[tone] if value not in STATES else known_icon
    return _badge(known_tone, known_icon, str(label) + "")


# The label comes as plain text (adding "" to safe text makes it plain), so what is kept is escaped for everybody.
@lru_cache(maxsize=2048)
def _badge(tone: str, icon_name: str, label: str) -> SafeString:
    return format_html('<span class="state" data-tone="{}">{}<span>{}</span></span>', tone, _svg(icon_name, 16), label)


@register.filter
def tone_icon(tone: str) -> SafeString:
    """Return the icon of a tone."""
    return _svg(ICONS[tone], 16)


@register.filter
def message_tone(level: str) -> str:
    """Return the tone of a message's level tag."""
    return MESSAGE_TONES.get(level, "info")


@register.simple_tag(takes_context=True)
def due(context: Context, day: date | None, closed: bool = False) -> SafeString:
    """Return a due day in words and as a date: red when past, amber within seven days of the organization's today."""
    if day is None:
        return format_html('<span class="muted">{}</span>', gettext("no date"))
    return _due(day, (day - _today(context)).days, closed, get_language())


@lru_cache(maxsize=4096)
def _due(day: date, days: int, closed: bool, language: str | None) -> SafeString:
    tone = "neutral" if closed else due_tone(days)
    words = _due_words(days) if not closed else gettext("was due")
    return format_html(
        '<span class="due" data-tone="{}">{}<span>{}</span> <time class="at" datetime="{}">{}</time></span>',
        tone,
        _svg(ICONS[tone] if tone != "neutral" else "calendar", 16),
        words,
        day.isoformat(),
        _day(day),
    )


def due_tone(days: int) -> str:
    """Return the tone of something due in so many days (negative: overdue)."""
    if days < 0:
        return "late"
    return "soon" if days <= SOON else "neutral"


def _due_words(days: int) -> str:
    if days < 0:
        return ngettext("overdue by %(days)d day", "overdue by %(days)d days", -days) % {"days": -days}
    if days == 0:
        return gettext("due today")
    if days > FAR:
        return gettext("due")
    return ngettext("due in %(days)d day", "due in %(days)d days", days) % {"days": days}


def _today(context: Context) -> date:
    shell = context.get("shell")
    today = shell.get("today") if isinstance(shell, dict) else getattr(shell, "today", None)
    return today if isinstance(today, date) else timezone.localdate(timezone=timezone.get_default_timezone())


def _day(day: date) -> str:
    # Translators: a day, in the format letters of Django's "date" filter.
    return formats.date_format(day, gettext("j M Y"))


@register.filter
def day(at: datetime | None) -> str:
    """Return the day of an instant as the organization counts it, for what begins or ends with a day there."""
    return _day(organization_day(at)) if at else ""


@register.simple_tag
def moment(at: datetime | None, form: str = "full") -> SafeString:
    """Return an instant as "3 hours ago, 22 Nov 2026, 14:32 CET". `form`: full, short (relative only) or exact."""
    if at is None:
        return format_html('<span class="muted">{}</span>', gettext("not yet"))
    exact = exact_moment(at)
    if form == "exact":
        return format_html('<time datetime="{}">{}</time>', at.isoformat(), exact)
    if form == "short":
        return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), exact, _relative(at))
    return format_html(
        '<time datetime="{}">{} <span class="at">· {}</span></time>', at.isoformat(), _relative(at), exact
    )


@register.filter
def exact_moment(at: datetime) -> str:
    """Return an instant as text in the reader's zone, the zone named."""
    local = timezone.localtime(at)
    # Translators: an instant, in the format letters of Django's "date" filter; the zone is added behind it.
    return f"{formats.date_format(local, gettext('j M Y, H:i'))} {local.tzname()}"


def _relative(at: datetime) -> str:
    seconds = (timezone.now() - at).total_seconds()
    if abs(seconds) < 60:
        return gettext("just now")
    if seconds < 0:
        return gettext("in %(time)s") % {"time": timeuntil(at, depth=1)}
    return gettext("%(time)s ago") % {"time": timesince(at, depth=1)}


@register.filter
def initials(name: str) -> str:
    """Return one or two letters that stand for a name: of the first and last word; one where letters are wide."""
    words = name.split()
    if not words:
        return "?"
    if east_asian_width(words[0][0]) in "WF":
        return words[0][0]
    return "".join(word[0] for word in {0: words[0], len(words) - 1: words[-1]}.values()).upper()


@register.simple_tag(takes_context=True)
def person(context: Context, name: str, url: str = "", detail: str = "", *, known: bool = False) -> SafeString:
    """Return a person: initials and name, with a role or date behind it; linked when there is an address that whoever
    looks may open: who sees people, or the page says that it is `known` to them.
    """
    linked = url and (known or _sees_people(context))
    label = format_html('<a href="{}">{}</a>', url, name) if linked else format_html("<span>{}</span>", name)
    behind = format_html(' <span class="muted">{}</span>', detail) if detail else ""
    return format_html(
        '<span class="person"><span class="avatar" aria-hidden="true">{}</span><span>{}{}</span></span>',
        initials(name),
        label,
        behind,
    )


def _sees_people(context: Context) -> bool:
    shell = context.get("shell")
    return bool(shell.get("sees_people") if isinstance(shell, dict) else getattr(shell, "sees_people", False))


@register.simple_tag
def place(item: Place, key: object = "", *, brief: bool = False) -> SafeString:
    """Return one place of the rail: icon, word, count; the first nine are reached by `g` and their number.

    `brief` takes the short word, as the bar of a phone does.
    """
    return format_html(
        '<a href="{}"{}{}>{}<span>{}</span>{}</a>',
        item.url,
        SafeString(' aria-current="page"') if item.current else "",
        format_html(' data-shortcut="g {}"', key) if isinstance(key, int) and key < 10 else "",
        _svg(item.icon, 16),
        item.short if brief else item.label,
        format_html('<span class="count">{}</span>', item.count) if item.count else "",
    )


@register.simple_tag(takes_context=True)
def column(context: Context, label: str, key: str = "", css: str = "") -> SafeString:
    """Return a head cell; with a key it sorts by a link in the address (`?sort=key`, `?sort=-key`) and says so."""
    request: HttpRequest = context["request"]
    if not key:
        return format_html('<th scope="col"{}>{}</th>', _class(css), label)
    current = request.GET.get("sort", "")
    words = {key: "ascending", f"-{key}": "descending"}.get(current)
    sort = format_html(' aria-sort="{}"', words) if words else ""
    address = _address(request, sort=f"-{key}" if current == key else key)
    return format_html('<th scope="col"{}{}><a href="{}">{}</a></th>', _class(css), sort, address, label)


def _class(css: str) -> SafeString | str:
    return format_html(' class="{}"', css) if css else ""


def _address(request: HttpRequest, **changes: str) -> str:
    query = request.GET.copy()
    for cursor in ("after", "before"):
        query.pop(cursor, None)
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}"


@register.simple_block_tag
def banner(content: str, tone: str) -> SafeString:
    """Give a strip with an icon in a tone around what stands between the tags."""
    return format_html('<div class="banner" data-tone="{}">{}<div>{}</div></div>', tone, _svg(ICONS[tone], 18), content)
