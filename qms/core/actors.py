"""Who does a thing: a person, a device, a token, or the system itself."""

from dataclasses import dataclass
from typing import Protocol


class Actor(Protocol):
    """Whoever acts. `actor_key` is what the trail keeps: `person:17`, `device:3`, `token:5` or `system`."""

    @property
    def actor_key(self) -> str: ...

    @property
    def person_id(self) -> int | None: ...


@dataclass(frozen=True)
class System:
    """The system acting on its own: a date that has come, a quorum that is met."""

    actor_key: str = "system"
    person_id: int | None = None


SYSTEM = System()
