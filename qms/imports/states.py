"""What becomes of a row of an import, and where a run stands. Pure."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class RowOutcome(StrEnum):
    """What a run does, or did, with a row."""

    NEW = "new"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    LEFT_OUT = "left_out"
    PROBLEM = "problem"


ROW_WORDS: dict[RowOutcome, Promise] = {
    RowOutcome.NEW: _("comes in"),
    RowOutcome.UNCHANGED: _("is here already"),
    RowOutcome.DUPLICATE: _("same content as another file"),
    RowOutcome.LEFT_OUT: _("left out"),
    RowOutcome.PROBLEM: _("cannot come in"),
}


class RunState(StrEnum):
    """Where a run stands."""

    READING = "reading"
    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    UNDONE = "undone"
    REFUSED = "refused"
    DROPPED = "dropped"


RUN_WORDS: dict[RunState, Promise] = {
    RunState.READING: _("being read"),
    RunState.PLANNED: _("planned, not brought in"),
    RunState.RUNNING: _("coming in"),
    RunState.DONE: _("brought in"),
    RunState.UNDONE: _("taken back"),
    RunState.REFUSED: _("cannot be read"),
    RunState.DROPPED: _("thrown away"),
}
