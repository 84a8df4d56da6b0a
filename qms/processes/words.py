"""What the gaps of a process are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.processes.sequence import Finding, Gap

GAP_WORDS: dict[Gap, Promise] = {
    Gap.NOT_DESCRIBED: _("Nobody has said yet what this process is for."),
    Gap.NO_OWNER: _("It has no owner."),
    Gap.NO_INPUT: _("It takes nothing from anybody."),
    Gap.NO_OUTPUT: _("It gives nothing to anybody."),
    Gap.NOBODY_MAKES: _("Input “%(what)s”: nobody makes it."),
    Gap.NOBODY_TAKES: _("Output “%(what)s”: nobody takes it."),
    Gap.OUT_OF_USE: _("“%(what)s”: the process at the other end is out of use."),
}


def words_of(finding: Finding) -> str:
    """Return a gap in words."""
    return str(GAP_WORDS[finding.gap]) % {"what": finding.what}
