"""Words of the field on any page, linked: `{% term "audit evidence" %}`, or in a text `{{ text|linked:glossary }}`.

A link leads to the word in the glossary; who points at it reads what it means.
"""

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify

from qms.standards.words import Glossary

register = template.Library()


@register.simple_tag
def term(name: str, label: str = "") -> SafeString:
    """Return a link to a word of the glossary, under its name or a label; a test looks that each is there."""
    return format_html('<a class="term" href="{}">{}</a>', _address(name), label or name)


@register.filter
def linked(text: str, glossary: Glossary) -> SafeString:
    """Return a text in which the words of the field are links, each the first time that it stands there."""
    return format_html_join("", "{}", ((_piece(piece, name, glossary),) for piece, name in glossary.cut(str(text))))


def _piece(piece: str, name: str, glossary: Glossary) -> str:
    if not name:
        return piece
    meaning = glossary.meanings[name]
    return format_html('<a class="term" href="{}" title="{}">{}</a>', _address(name), meaning, piece)


def _address(name: str) -> str:
    return f"{reverse('standards:glossary')}#{slugify(name)}"
