"""The words of a process: which band of the map it stands in, and what kinds of resources it needs."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Band(StrEnum):
    """Where a process stands on the map, from top to bottom."""

    MANAGEMENT = "management"
    CORE = "core"
    SUPPORT = "support"


BAND_WORDS: dict[Band, Promise] = {
    Band.MANAGEMENT: _("Management"),
    Band.CORE: _("Operation"),
    Band.SUPPORT: _("Support"),
}


class ResourceKind(StrEnum):
    """What a process needs (ISO 9001, 7.1)."""

    PEOPLE = "people"
    INFRASTRUCTURE = "infrastructure"
    ENVIRONMENT = "environment"
    MEASURING = "measuring"
    KNOWLEDGE = "knowledge"


RESOURCE_WORDS: dict[ResourceKind, Promise] = {
    ResourceKind.PEOPLE: _("People and their competence"),
    ResourceKind.INFRASTRUCTURE: _("Infrastructure"),
    ResourceKind.ENVIRONMENT: _("Work environment"),
    ResourceKind.MEASURING: _("Measuring equipment"),
    ResourceKind.KNOWLEDGE: _("Knowledge"),
}
