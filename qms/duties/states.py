"""How a duty ends, whom the ladder tells, and what is known of a duty at a day. Pure."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.jobs.states import MailKind

# The kinds of mail that duties write: the digest of the day, and what goes at once (K9).
DUTY_MAILS = (MailKind.DIGEST, MailKind.APPROVAL, MailKind.ESCALATION)


class Outcome(StrEnum):
    """Why a duty is closed."""

    DONE = "done"
    MOVED = "moved"
    VOID = "void"
    EXCUSED = "excused"
    CREDITED = "credited"
    SUPERSEDED = "superseded"
    LEFT = "left"
    NO_LONGER_IN_AUDIENCE = "no_longer_in_audience"
    OBSOLETE = "obsolete"


OUTCOME_WORDS: dict[Outcome, Promise] = {
    Outcome.DONE: _("done"),
    Outcome.MOVED: _("moved"),
    Outcome.VOID: _("no longer needed"),
    Outcome.EXCUSED: _("excused"),
    Outcome.CREDITED: _("credited"),
    Outcome.SUPERSEDED: _("superseded by a newer revision"),
    Outcome.LEFT: _("person left"),
    Outcome.NO_LONGER_IN_AUDIENCE: _("no longer in the audience"),
    Outcome.OBSOLETE: _("document withdrawn"),
}


class Audience(StrEnum):
    """Whom a step of the ladder tells (K8)."""

    PERSON = "person"
    LINE_MANAGER = "line_manager"
    PROCESS_OWNER = "process_owner"
    QUALITY = "quality"


AUDIENCE_WORDS: dict[Audience, Promise] = {
    Audience.PERSON: _("the person"),
    Audience.LINE_MANAGER: _("the line manager"),
    Audience.PROCESS_OWNER: _("the process owner"),
    Audience.QUALITY: _("Quality"),
}


class Section(StrEnum):
    """Why somebody reads about a duty in a mail: it is theirs to do or to know, their people's, or
    they must pass it on."""

    OWN = "own"
    NEWS = "news"
    PASS_ON = "pass_on"
    TEAM = "team"
    PROCESS = "process"
    QUALITY = "quality"


SECTION_WORDS: dict[Section, Promise] = {
    Section.OWN: _("What you owe"),
    Section.NEWS: _("What has changed, for you to know: there is nothing to sign"),
    Section.PASS_ON: _("To pass on to people without e-mail"),
    Section.TEAM: _("Overdue among your people"),
    Section.PROCESS: _("Overdue in your processes"),
    Section.QUALITY: _("For Quality to act on"),
}
