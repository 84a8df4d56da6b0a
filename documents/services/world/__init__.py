"""A made-up register of documents of any size, for measuring."""

from documents.services.world.building import WORLD

__all__ = ["WORLD"]
