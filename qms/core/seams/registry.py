"""The small typed registry that every seam is made of."""

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Answers by key, in key order. A key given twice raises: two rooms must not answer the same question."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._answers: dict[str, T] = {}

    def register(self, key: str, answer: T) -> None:
        """Add one answer; raise ValueError when the key is taken."""
        if key in self._answers:
            raise ValueError(f"{self.name} already has {key!r}")
        self._answers[key] = answer

    def __getitem__(self, key: str) -> T:
        return self._answers[key]

    def get(self, key: str) -> T | None:
        """Return the answer under a key, or None."""
        return self._answers.get(key)

    def __contains__(self, key: str) -> bool:
        return key in self._answers

    def __iter__(self) -> Iterator[T]:
        return (self._answers[key] for key in sorted(self._answers))

    def items(self) -> Iterator[tuple[str, T]]:
        """Return keys with answers in key order."""
        return ((key, self._answers[key]) for key in sorted(self._answers))
