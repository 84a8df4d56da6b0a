"""Questions about sites, teams and processes."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from qms.organization.models import Holiday, Process, Site, Team, TeamMembership
from qms.organization.queries.options import setting
from qms.organization.queries.spans import held
from qms.organization.setting_kinds import default_of


def sites_once_named() -> QuerySet[Site]:
    """Return the sites, none before the organization has a name of its own."""
    named = setting("organization.name") != default_of("organization.name")
    return Site.objects.all() if named else Site.objects.none()


def site_rows() -> QuerySet[Site]:
    """Return all sites with the number of their people, those in use first."""
    here = Count("people", filter=Q(people__is_active=True))
    return Site.objects.annotate(people_here=here).order_by("-is_active", "name", "pk")


def team_rows() -> QuerySet[Team]:
    """Return all teams with the number of their members, those in use first."""
    now = Q(memberships__valid_until__isnull=True, memberships__person__is_active=True)
    return (
        Team.objects.select_related("site", "process")
        .annotate(members_now=Count("memberships", filter=now))
        .order_by("-is_active", "name", "pk")
    )


def active_teams() -> QuerySet[Team]:
    """Return the teams in use, by name."""
    return Team.objects.filter(is_active=True).order_by("name")


def active_processes() -> QuerySet[Process]:
    """Return the processes in use, by number."""
    return Process.objects.filter(is_active=True).order_by("number")


def members_now(team: Team) -> QuerySet[TeamMembership]:
    """Return who belongs to a team now, by name."""
    return team.memberships.filter(held()).select_related("person").order_by("person__name", "pk")


def coming_holidays(site: Site, since: date) -> QuerySet[Holiday]:
    """Return the holidays of a site from a day on."""
    return site.holidays.filter(day__gte=since).order_by("day")
