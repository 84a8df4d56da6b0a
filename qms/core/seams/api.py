"""What the API offers: each room names its addresses below `/api/v1/` and what answers there."""

from dataclasses import dataclass
from typing import Any

from qms.core.seams.registry import Registry


@dataclass(frozen=True)
class Endpoint:
    """One address of the API: the viewset that answers there, and the name its addresses are reversed by.

    The key in the registry is the address, with Django's converters: `documents/<int:document>/revisions`.
    """

    viewset: type[Any]
    name: str


endpoints: Registry[Endpoint] = Registry("addresses of the API")
