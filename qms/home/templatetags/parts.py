"""The parts that pages are made of: tabs, filters, history, signing. Presentation only; see docs/pages.md."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

from django import template
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.template import Context
from django.utils.translation import gettext

register = template.Library()

Item = Mapping[str, object]


def _filled(items: Iterable[Item], **defaults: object) -> list[dict[str, object]]:
    return [{**defaults, **item} for item in items]


@register.inclusion_tag("components/tabs.html")
def tabs(items: Iterable[Item], label: str) -> dict[str, object]:
    """Give the tabs of a record, each a link: label, url, current, count. `label` names them for screen readers."""
    return {"items": _filled(items, current=False, count=None), "label": label}


@register.inclusion_tag("components/chips.html")
def chips(filters: Iterable[Item], clear_url: str = "") -> dict[str, object]:
    """Give the filters of a list: label, then value and remove_url when on, or options (label, url, count) when off."""
    filled = _filled(filters, value="", remove_url="", options=())
    for entry in filled:
        entry["options"] = _filled(cast("Iterable[Item]", entry["options"]), count=None)
    return {"filters": filled, "clear_url": clear_url}


@register.inclusion_tag("components/pager.html")
def pager(
    newer_url: str = "", older_url: str = "", note: str = "", newer_label: str = "", older_label: str = ""
) -> dict[str, object]:
    """Give the two steps of a keyset page; an empty address hides its step."""
    return {
        "newer_url": newer_url,
        "older_url": older_url,
        "note": note,
        "newer_label": newer_label or gettext("Back"),
        "older_label": older_label or gettext("Next"),
    }


@register.inclusion_tag("components/empty.html")
def empty(
    name: str, title: str, text: str, url: str = "", label: str = "", second_url: str = "", second_label: str = ""
) -> dict[str, object]:
    """Give the empty page that teaches: icon, heading, one sentence, one primary button, one example."""
    return {
        "name": name,
        "title": title,
        "text": text,
        "url": url,
        "label": label,
        "second_url": second_url,
        "second_label": second_label,
    }


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Iterable[Item]) -> dict[str, object]:
    """Give a history in human words: text and at; icon, tone and comment when there are any."""
    return {"entries": _filled(entries, icon="circle-dot", tone="neutral", comment="")}


@register.inclusion_tag("components/steps.html")
def steps(items: Iterable[Item]) -> dict[str, object]:
    """Give the way of a record through its states: label, done, current, note."""
    return {"items": _filled(items, done=False, current=False, note="")}


@register.inclusion_tag("components/figure.html")
def figure(value: object, label: str, note: str = "", url: str = "", tone: str = "") -> dict[str, object]:
    """Give one number with its name; stands in `<div class="figures">`."""
    return {"value": value, "label": label, "note": note, "url": url, "tone": tone}


@register.inclusion_tag("components/progress.html")
def progress(
    identity: str, label: str, value: int | None, total: int, note: str = "", poll_url: str = ""
) -> dict[str, object]:
    """Give the progress of a job; with a poll_url it asks again each second for its own replacement."""
    return {"identity": identity, "label": label, "value": value, "total": total, "note": note, "poll_url": poll_url}


@register.inclusion_tag("components/fields.html")
def fields(rows: Iterable[tuple[str, object]]) -> dict[str, object]:
    """Give names and values as a description list."""
    return {"rows": rows}


@register.inclusion_tag("components/signature.html")
def signature(
    name: str, meaning: str, at: datetime, method: str, valid: bool = True, note: str = "", content: str = ""
) -> dict[str, object]:
    """Give a signature as shown on screen: printed name, meaning, time with zone, method (21 CFR 11.50), and the hash
    of the content that it covers (11.70): short, whole when asked for.
    """
    shown = {"name": name, "meaning": meaning, "at": at, "method": method, "valid": valid, "note": note}
    return {**shown, "content": content}


@register.inclusion_tag("components/sign_dialog.html", takes_context=True)
def sign_dialog(context: Context, sign: Item, form: BaseForm) -> dict[str, object]:
    """Give the signing ceremony, on a page or in the dialog: title, rows, statement, action, label, cancel_url."""
    request: HttpRequest = context["request"]
    swap = request.headers.get("HX-Target") == "dialog"
    return {"sign": {"id": "", "note": "", "passkey_url": "", "swap": swap, **sign}, "form": form}


@register.inclusion_tag("components/confirm.html")
def confirm(
    title: str,
    text: str,
    action: str,
    label: str,
    cancel_url: str,
    form: BaseForm | None = None,
    danger: bool = False,
) -> dict[str, object]:
    """Give the question before a verb without a signature, with a form when the verb wants a reason."""
    return {
        "title": title,
        "text": text,
        "action": action,
        "label": label,
        "cancel_url": cancel_url,
        "form": form,
        "danger": danger,
    }


@register.inclusion_tag("components/file_drop.html")
def file_drop(field: BoundField) -> dict[str, object]:
    """Give a file field that takes a dropped file too."""
    return {"field": field}


@register.inclusion_tag("components/bulk_bar.html")
def bulk_bar(items: Iterable[Item], total: int = 0) -> dict[str, object]:
    """Give the bar that shows while rows (`<input name="chosen">`) are chosen; a verb: label, icon, value or url."""
    return {"items": _filled(items, url="", value=""), "total": total}
