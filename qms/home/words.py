"""The help pages: what each is called, what it answers, and where its text stands."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class HelpPage:
    """One page of the help: its name in the address, which is its template's too, what it is called, and a mark."""

    slug: str
    title: Promise
    words: Promise
    icon: str


HELP_PAGES = (
    HelpPage("revisions", _("What a revision is"), _("Drafts, revisions in force, superseded ones."), "history"),
    HelpPage("reading", _("Reading and acknowledging"), _("What is asked of you, and what it means."), "book-open"),
    HelpPage("reviewing", _("Reviewing"), _("Read a draft, comment, answer."), "messages-square"),
    HelpPage("approving", _("Approving and signing"), _("What you sign, and with what."), "signature"),
    HelpPage("importing", _("Importing documents"), _("Bring in a folder of procedures."), "upload"),
    HelpPage("evidence", _("Evidence packs"), _("What an auditor takes home."), "package"),
    HelpPage("keys", _("Keys of the keyboard"), _("How to go everywhere without a mouse."), "keyboard"),
)
