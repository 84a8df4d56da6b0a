"""Requirements of one's own: a file is kept and looked at first, and loaded when somebody says so."""

import json
from dataclasses import asdict
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken
from qms.filing.models import StoredFile
from qms.filing.services.files import open_file
from qms.imports.models import ImportRun
from qms.imports.states import RunState
from qms.organization.models import User
from qms.organization.services.checks import require
from qms.standards.models import Edition, Mapping
from qms.standards.reading import Given, Head, given_in
from qms.standards.rights import Can
from qms.standards.services.loading import load, refuse_given
from qms.standards.states import CATALOGUE
from qms.trail.services import record


def plan(*, file: StoredFile, name: str, head: Head, by: User) -> ImportRun:
    """Keep a file that was read without a mistake; raise RuleBroken with every line that is wrong, or when its edition
    is loaded already, NotPermitted without the right.
    """
    require(by, Can.LOAD)
    refuse_given(_read(file, name, head))
    return _keep(file, name, head, by)


@transaction.atomic
def _keep(file: StoredFile, name: str, head: Head, by: User) -> ImportRun:
    run = ImportRun.objects.create(
        kind=CATALOGUE,
        source=name[:300],
        mapping=json.dumps(asdict(head)),
        upload=file,
        state=RunState.PLANNED,
        made_at=timezone.now(),
        made_by=by,
    )
    record("standards.planned", run, by=by, source=run.source, sha256=file.sha256)
    return run


def planned_in(run: ImportRun) -> Given:
    """Return what a kept file holds."""
    assert run.upload is not None
    return _read(run.upload, run.source, Head(**json.loads(run.mapping)))


def load_planned(*, run_id: int, by: User) -> Edition | Mapping:
    """Load what was planned; raise RuleBroken when that was done already, or the edition has come in otherwise.

    The file is read before anything is locked.
    """
    require(by, Can.LOAD)
    given = planned_in(ImportRun.objects.select_related("upload").get(pk=run_id, kind=CATALOGUE))
    return _load(run_id, given, by)


@transaction.atomic
def _load(run_id: int, given: Given, by: User) -> Edition | Mapping:
    run = _planned(run_id)
    assert run.upload is not None
    loaded = load(given=given, sha256=run.upload.sha256, by=by)
    _end(run, RunState.DONE)
    return loaded


@transaction.atomic
def drop_planned(*, run_id: int, by: User) -> None:
    """Throw away what was planned; raise RuleBroken when it was loaded meanwhile."""
    require(by, Can.LOAD)
    run = _planned(run_id)
    _end(run, RunState.DROPPED)
    record("standards.dropped", run, by=by)


def _planned(run_id: int) -> ImportRun:
    run = ImportRun.objects.select_for_update(of=("self",)).select_related("upload").get(pk=run_id, kind=CATALOGUE)
    if run.state != RunState.PLANNED:
        raise RuleBroken(_("This was loaded or thrown away already."), code="wrong_state")
    return run


def _end(run: ImportRun, state: RunState) -> None:
    run.state = state
    run.save(update_fields=["state"])


def _read(file: StoredFile, name: str, head: Head) -> Given:
    with TemporaryDirectory(prefix="qms-catalogue-") as folder:
        path = Path(folder) / "catalogue"
        with open_file(file) as source, path.open("wb") as target:
            copyfileobj(source, target)
        return given_in(path, name, head)
