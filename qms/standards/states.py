"""What editions, clauses and mappings can be, in words."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The kind of an import run that holds a catalogue of one's own.
CATALOGUE = "standards.catalogue"


class EditionState(StrEnum):
    """How an edition stands in the world."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    OWN = "own"


class ClauseKind(StrEnum):
    """A heading that only holds others, or something that is required."""

    SECTION = "section"
    REQUIREMENT = "requirement"


class Keeps(StrEnum):
    """Which documented information a clause asks for (ISO 9001:2015 A.6): documents maintained, records retained."""

    NONE = "none"
    MAINTAIN = "maintain"
    RETAIN = "retain"
    BOTH = "both"


class Strength(StrEnum):
    """Whether a requirement is the least that is asked, or goes beyond it."""

    MINIMUM = "minimum"
    BEYOND = "beyond"


class Stage(StrEnum):
    """The life-cycle stages by which ISO 9002 cut its requirements."""

    REQUIREMENTS = "requirements"
    DESIGN = "design"
    PURCHASING = "purchasing"
    PRODUCTION = "production"
    INSPECTION = "inspection"
    TESTING = "testing"
    DELIVERY = "delivery"
    INSTALLATION = "installation"
    SERVICING = "servicing"


class Relation(StrEnum):
    """What a clause is to its counterparts in another edition or standard."""

    SAME = "same"
    CHECK = "check"
    EQUIVALENT = "equivalent"
    PARTIAL = "partial"
    SPLIT = "split"
    MERGED = "merged"
    MOVED = "moved"
    NEW = "new"
    REMOVED = "removed"
    SPECIFIC = "specific"


class Standing(StrEnum):
    """How a link between a record and a clause stands: only a confirmed one counts."""

    SUGGESTED = "suggested"
    CARRIED = "carried"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


EDITION_WORDS: dict[EditionState, Promise] = {
    EditionState.CURRENT: _("current"),
    EditionState.SUPERSEDED: _("superseded"),
    EditionState.WITHDRAWN: _("withdrawn"),
    EditionState.OWN: _("our own"),
}

KEEPS_WORDS: dict[Keeps, Promise] = {
    Keeps.NONE: _("nothing named"),
    Keeps.MAINTAIN: _("a document, maintained"),
    Keeps.RETAIN: _("records, retained"),
    Keeps.BOTH: _("a document, maintained, and records, retained"),
}

STRENGTH_WORDS: dict[Strength, Promise] = {
    Strength.MINIMUM: _("minimum"),
    Strength.BEYOND: _("beyond the minimum"),
}

STAGE_WORDS: dict[Stage, Promise] = {
    Stage.REQUIREMENTS: _("Requirements of customers"),
    Stage.DESIGN: _("Design"),
    Stage.PURCHASING: _("Purchasing"),
    Stage.PRODUCTION: _("Production"),
    Stage.INSPECTION: _("Inspection"),
    Stage.TESTING: _("Testing"),
    Stage.DELIVERY: _("Delivery"),
    Stage.INSTALLATION: _("Installation"),
    Stage.SERVICING: _("Servicing"),
}

RELATION_WORDS: dict[Relation, Promise] = {
    Relation.SAME: _("same"),
    Relation.CHECK: _("check"),
    Relation.EQUIVALENT: _("same duty, other number or title"),
    Relation.PARTIAL: _("overlaps; one side asks more"),
    Relation.SPLIT: _("became several clauses"),
    Relation.MERGED: _("joined with others"),
    Relation.MOVED: _("moved"),
    Relation.NEW: _("new"),
    Relation.REMOVED: _("dropped"),
    Relation.SPECIFIC: _("in one of the two only"),
}

STANDING_WORDS: dict[Standing, Promise] = {
    Standing.SUGGESTED: _("suggested"),
    Standing.CARRIED: _("carried over"),
    Standing.CONFIRMED: _("confirmed"),
    Standing.DISMISSED: _("dismissed"),
}
