"""The first steps that are taken in this room."""

from django.utils.translation import gettext_lazy as _

from qms.core.seams.start import StartStep
from qms.organization.queries import may, several_people, sites_once_named
from qms.organization.rights import Can

STEPS = {
    "10.organization": StartStep(
        title=_("Organization and sites"),
        words=_(
            "Name and time zone in the settings, then each site with its working days, then the processes, on their "
            "own page: every document belongs to one, or to the whole organization."
        ),
        label=_("Sites"),
        url_name="organization:sites",
        icon="building-2",
        shown=lambda person: may(person, Can.CHANGE_STRUCTURE),
        done=sites_once_named,
    ),
    "20.people": StartStep(
        title=_("People from a file"),
        words=_(
            "One CSV or XLSX with people, teams, line managers and roles; the sites and processes it names must be "
            "there first. First you see what it would change. IT brings accounts, a quality manager gives roles."
        ),
        label=_("Import people"),
        url_name="organization:import_people",
        icon="users",
        shown=lambda person: may(person, Can.ACCOUNTS) or may(person, Can.GRANT_ROLES),
        done=several_people,
    ),
}
