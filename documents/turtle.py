"""How a process is carried out: its documents in force, for its turtle sheet."""

from django.urls import reverse
from django.utils.translation import gettext as _

from documents.queries.register import RegisterFilter, register_page, registered
from documents.states import State
from qms.core.seams.turtle import Leg, Line, Source
from qms.organization.models import Process, User


def documents_of(person: User, process: Process) -> list[Line]:
    """Return the documents of a process in force that a person may see, by number; of many the first page."""
    wanted = RegisterFilter(process=str(process.pk), state=State.EFFECTIVE)
    found, rows = register_page(registered(person, wanted), wanted, person)
    lines = [
        Line(str(row.document), row.document.get_absolute_url(), note=row.effective.label)
        for row in rows
        if row.effective
    ]
    if found.after:
        lines.append(Line(_("and more, in the register"), reverse("documents:register") + wanted.address()))
    return lines


HOW = Source(Leg.HOW, documents_of)
