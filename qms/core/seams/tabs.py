"""Pages that stand beside each other under one head: each room adds its own as a tab."""

from typing import Any

from django.urls import reverse

from qms.core.seams.navigation import Place
from qms.core.seams.registry import Registry

# Who may do what: rights, separation of duties, and what else shows how power is divided.
rights_pages: Registry[Place] = Registry("pages about rights")


def tabs_of(pages: Registry[Place], viewer: object, current: str) -> list[dict[str, Any]]:
    """Return the tabs that a viewer is shown, as `{% tabs %}` takes them; `current` is the url name of this page."""
    return [
        {"label": page.label, "url": reverse(page.url_name), "current": page.url_name == current}
        for page in pages
        if page.shown(viewer)
    ]
