"""The help pages: what each is called, what it answers, and where its text stands."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class HelpPage:
    """One page of the help: its name in the address, which is its template's too, what it is called, and a mark.

    `terms` are the words of the glossary that it leads to.
    """

    slug: str
    title: Promise
    words: Promise
    icon: str
    terms: tuple[str, ...] = ()


HELP_PAGES = (
    HelpPage(
        "revisions",
        _("What a revision is"),
        _("Drafts, revisions in force, superseded ones."),
        "history",
        ("document", "obsolete document", "controlled copy"),
    ),
    HelpPage("reading", _("Reading and acknowledging"), _("What is asked of you, and what it means."), "book-open"),
    HelpPage("actions", _("Actions"), _("Do it, show it, and let another verify it."), "clipboard-check"),
    HelpPage("records", _("Records"), _("Keep what shows that something was done."), "archive", ("record",)),
    HelpPage("reviewing", _("Reviewing"), _("Read a draft, comment, answer."), "messages-square", ("review",)),
    HelpPage(
        "approving",
        _("Approving and signing"),
        _("What you sign, and with what."),
        "signature",
        ("electronic signature", "audit trail"),
    ),
    HelpPage(
        "importing",
        _("Importing documents"),
        _("Bring in a folder of procedures."),
        "upload",
        ("procedure", "work instruction", "external document"),
    ),
    HelpPage(
        "evidence",
        _("Evidence packs"),
        _("What an auditor takes home."),
        "package",
        ("auditor", "audit evidence", "audit trail"),
    ),
    HelpPage("keys", _("Keys of the keyboard"), _("How to go everywhere without a mouse."), "keyboard"),
)
