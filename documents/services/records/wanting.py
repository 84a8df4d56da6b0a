"""By when the next record of a kind is wanted, and the duty of its owner to see that it is there."""

from django.db import transaction

from documents.models import RecordKind
from documents.queries.kept import WANTED_DUTY, due_of, kinds_to_ask_for
from qms.duties.models import Duty
from qms.duties.services import close_on, open_for
from qms.duties.states import Outcome


def follow(kind: RecordKind, outcome: Outcome = Outcome.MOVED) -> None:
    """Let a kind say when its last record was and by when the next is wanted; what is owed follows that.

    `outcome` is why a duty that no longer fits is closed. The kind is locked by the verb that calls this.
    """
    kind.last_on, kind.wanted_by = due_of(kind)
    kind.save(update_fields=["last_on", "wanted_by"])
    about = {"subject_model": kind._meta.label_lower, "subject_key": str(kind.pk)}
    owed = Duty.objects.filter(kind=WANTED_DUTY, closed_at__isnull=True, **about).first()
    if owed is not None and owed.due_on != kind.wanted_by:
        close_on(kind, outcome, kinds=[WANTED_DUTY])
    _ask(kind)


def release_owner(kind: RecordKind) -> None:
    """Let nobody owe a record any more: its kind has another owner, who is asked by `follow`."""
    close_on(kind, Outcome.MOVED, kinds=[WANTED_DUTY])


def ask_for_records() -> int:
    """Open the duty of every owner of whose kinds a record is wanted within thirty days; return how many.

    Each is counted anew first: a site or a process that is out of use wants nothing more.
    """
    found = list(kinds_to_ask_for().order_by("pk").values_list("pk", flat=True))
    for key in found:
        with transaction.atomic():
            follow(RecordKind.objects.select_for_update(of=("self",)).get(pk=key))
    return len(found)


def _ask(kind: RecordKind) -> None:
    if kinds_to_ask_for().filter(pk=kind.pk).exists():
        open_for([kind.owner_id], WANTED_DUTY, kind, due_on=kind.wanted_by)
