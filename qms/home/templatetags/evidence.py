"""{% load evidence %}: the cells of the matrix, of which there are some thousand on a page."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qms.home.templatetags.ui import icon, state, tone_icon
from qms.standards.models import Clause
from qms.standards.status import EVIDENCE_WORDS, TONES, Evidence, Status, worst

register = template.Library()
EMPTY = SafeString("<td></td>")


@register.simple_tag
def evidence_cells(statuses: Iterable[Status | None]) -> SafeString:
    """Return a cell for each status, an empty one for none: colour, icon, and the words for who does not see them."""
    language = get_language() or ""
    return SafeString(
        "".join(_cell(each.state, each.attention, language) if each is not None else EMPTY for each in statuses)
    )


@register.simple_tag
def evidence_words(clauses: Iterable[Clause], known: Mapping[int, Status]) -> SafeString:
    """Return the worst evidence status of some clauses, in words with their mark; nothing where none is known."""
    found = [known[each.pk] for each in clauses if each.pk in known]
    least = worst(found) if found else None
    return state(least.state, least.state_words, least.tone) if least else SafeString("")


@lru_cache(maxsize=200)
def _cell(state: Evidence, attention: bool, _language: str) -> SafeString:
    words = str(EVIDENCE_WORDS[state])
    overdue = str(_("a review is overdue"))
    mark = format_html('<span title="{}">{}<span class="vh">{}</span></span>', overdue, icon("clock-alert"), overdue)
    return format_html(
        '<td data-tone="{}" title="{}">{}<span class="vh">{}</span>{}</td>',
        TONES[state],
        words,
        tone_icon(TONES[state]),
        words,
        mark if attention else "",
    )
