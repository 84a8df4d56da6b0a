"""The documents' part of the demo: forty documents and what happened to them, told from documents/demo/."""

from documents.demo_loading.scenes import PART

__all__ = ["PART"]
