"""Where links between files of an imported folder lead: to the documents that the files became."""

import posixpath
import re
from urllib.parse import unquote

from django.urls import reverse

from documents.markdown import is_beside
from documents.models import Body, Revision
from qms.imports.models import ImportRow
from qms.imports.states import RowOutcome

_TARGET = re.compile(r"\]\(\s*(?:<([^>\n]+)>|([^)\s]+))")


def links_shown(body: Body) -> dict[str, str]:
    """Return the files that an imported text links to, as it writes them, and the addresses of their documents.

    A text that was written here, or links to nothing beside it, costs no query.
    """
    if not (body.is_markdown and body.revision.origin):
        return {}
    targets = {one or other for one, other in _TARGET.findall(body.markdown)}
    beside = {unquote(each).partition("#")[0] for each in targets if is_beside(each)}
    return _resolved(body.revision, beside - {""}) if beside else {}


def _resolved(revision: Revision, beside: set[str]) -> dict[str, str]:
    here = ImportRow.objects.filter(
        subject_model="documents.revision", subject_key=str(revision.pk), outcome=RowOutcome.NEW
    ).first()
    if here is None:
        return {}
    place = posixpath.dirname(here.name)
    paths = {target: posixpath.normpath(posixpath.join(place, target)) for target in beside}
    numbers = _numbers_by_path(here.run_id, set(paths.values()))
    found = {target: numbers[path] for target, path in paths.items() if path in numbers}
    return {target: reverse("documents:go", args=[number]) for target, number in found.items()}


def _numbers_by_path(run: int, paths: set[str]) -> dict[str, str]:
    rows = ImportRow.objects.filter(run=run, name__in=paths, subject_model="documents.revision").exclude(subject_key="")
    keys = dict(rows.values_list("name", "subject_key"))
    revisions = Revision.objects.filter(pk__in=[int(key) for key in keys.values()])
    numbers = dict(revisions.values_list("pk", "document__number"))
    return {path: numbers[int(key)] for path, key in keys.items() if int(key) in numbers}
