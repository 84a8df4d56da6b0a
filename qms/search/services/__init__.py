"""The verbs of search: index a record, forget it, rebuild."""

from qms.search.services.indexing import clear, forget, index, reindex

__all__ = ["clear", "forget", "index", "reindex"]
