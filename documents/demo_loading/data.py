"""The demo's data as it is written, and its bodies as files."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from documents import markdown
from documents.demo_loading.docx import docx_of
from qms.core.seams.demo import Days
from qms.reports.pdf import render_pdf

FOLDER = Path(__file__).parent.parent / "demo"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"

Told = dict[str, Any]
"""A document, a step or a type as the YAML files write it."""


@dataclass(frozen=True)
class Made:
    """A body as the file that an author would have put in."""

    data: bytes
    name: str
    media_type: str


@cache
def plan() -> Told:
    """Return what happened to each document, as it is written."""
    return read("plan.yaml")


@cache
def types() -> Told:
    """Return approval profiles and document types, as they are written."""
    return read("types.yaml")


def text_of(step: Told) -> str:
    """Return the Markdown that a step brings."""
    text: str = (FOLDER / "documents" / step["body"]).read_text(encoding="utf-8")
    return text


def file_of(document: Told, step: Told, days: Days) -> Made | None:
    """Return the body of a step as the file its document is kept in; None where it is written in the browser."""
    name = f"{document['number']} {document['title']}"
    if document.get("format") == "docx":
        return Made(docx_of(document["title"], markdown.blocks(text_of(step))), f"{name}.docx", DOCX)
    if document.get("format") == "pdf":
        data = render_pdf(
            "pdf/plain.html",
            {"html": markdown.render(text_of(step))},
            identifier=f"demo/{step['body']}",
            made_at=days.at(step["day"]),
            language="en",
            title=document["title"],
        )
        return Made(data, f"{name}.pdf", PDF)
    return None


def read(name: str) -> Told:
    """Return what a file of the demo says."""
    found: Told = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return found
