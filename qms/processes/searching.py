"""Processes in the search: found by number and name, by what they take, give and need, and by their owner."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qms.core.seams.search import Searchable, SearchPassage, SearchSource
from qms.organization.models import Process, User
from qms.organization.queries import may
from qms.processes.models import Flow, Resource
from qms.processes.queries import Sheet, sheet_of
from qms.processes.rights import Can

PROCESS = "organization.process"  # as the trail names it
NEVER = datetime(1987, 1, 1, tzinfo=UTC)  # of a process of which nothing was said: behind all others


def sources_of(keys: Sequence[int]) -> Iterable[SearchSource]:
    """Yield what search knows of processes: purpose, what goes in and out, needs, measures and risks."""
    for process in Process.objects.filter(pk__in=keys).select_related("owner"):
        sheet = sheet_of(process)
        yield SearchSource(
            model=PROCESS,
            key=process.pk,
            number=process.number,
            title=process.name,
            updated_at=_last_said(sheet),
            standing=0 if process.is_active else 2,
            site_id=process.site_id,
            process_id=process.pk,
            passages=[SearchPassage(heading, text) for heading, text in _texts(sheet) if text],
        )


def _last_said(sheet: Sheet) -> datetime:
    rows = [*sheet.inputs, *sheet.outputs, *sheet.resources, *([sheet.description] if sheet.description else [])]
    return max((row.valid_from for row in rows), default=NEVER)


def _texts(sheet: Sheet) -> list[tuple[str, str]]:
    purpose = sheet.description.purpose if sheet.description else ""
    owner = sheet.process.owner.name if sheet.process.owner else ""
    return [
        (gettext("Purpose"), purpose),
        (gettext("Owner"), owner),
        (gettext("Inputs"), _joined(sheet.inputs)),
        (gettext("Outputs"), _joined(sheet.outputs)),
        (gettext("Resources"), _joined(sheet.resources)),
        (gettext("Measures"), ", ".join(sheet.measures)),
        (gettext("Risks and opportunities"), ", ".join(sheet.risks)),
    ]


def _joined(rows: Iterable[Flow | Resource]) -> str:
    return ", ".join(row.what for row in rows)


def _visible(person: User) -> QuerySet[Any, int]:
    found = Process.objects.all() if may(person, Can.SEE) else Process.objects.none()
    return found.values_list("pk", flat=True)


def _keys() -> Iterable[int]:
    return Process.objects.order_by("pk").values_list("pk", flat=True).iterator()


def _url(key: int) -> str:
    return reverse("processes:sheet", args=[key])


SEARCHABLE = Searchable(label=_("Process"), visible=_visible, keys=_keys, load=sources_of, url=_url, icon="workflow")
