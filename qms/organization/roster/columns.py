"""The columns that a file of people may have, by the names people give them. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Column(StrEnum):
    """What a cell says of a person."""

    USERNAME = "username"
    NAME = "name"
    EMAIL = "email"
    PERSONNEL_NUMBER = "personnel_number"
    JOB_TITLE = "job_title"
    COMPANY = "company"
    SITE = "site"
    LINE_MANAGER = "line_manager"
    LANGUAGE = "language"
    TIME_ZONE = "time_zone"
    JOINED_ON = "joined_on"
    ENDS_ON = "ends_on"
    TEAMS = "teams"
    ROLES = "roles"


COLUMN_WORDS: dict[Column, Promise] = {
    Column.USERNAME: _("user name"),
    Column.NAME: _("name"),
    Column.EMAIL: _("e-mail"),
    Column.PERSONNEL_NUMBER: _("personnel number"),
    Column.JOB_TITLE: _("job title"),
    Column.COMPANY: _("company"),
    Column.SITE: _("site"),
    Column.LINE_MANAGER: _("line manager"),
    Column.LANGUAGE: _("language"),
    Column.TIME_ZONE: _("time zone"),
    Column.JOINED_ON: _("first day"),
    Column.ENDS_ON: _("last day"),
    Column.TEAMS: _("teams"),
    Column.ROLES: _("roles"),
}

# Headings people use, in letters and digits only.
_ALIASES: dict[str, Column] = {
    "username": Column.USERNAME,
    "user": Column.USERNAME,
    "login": Column.USERNAME,
    "benutzername": Column.USERNAME,
    "name": Column.NAME,
    "fullname": Column.NAME,
    "person": Column.NAME,
    "email": Column.EMAIL,
    "mail": Column.EMAIL,
    "emailaddress": Column.EMAIL,
    "personnelnumber": Column.PERSONNEL_NUMBER,
    "employeenumber": Column.PERSONNEL_NUMBER,
    "employeeid": Column.PERSONNEL_NUMBER,
    "personalnummer": Column.PERSONNEL_NUMBER,
    "jobtitle": Column.JOB_TITLE,
    "title": Column.JOB_TITLE,
    "job": Column.JOB_TITLE,
    "funktion": Column.JOB_TITLE,
    "company": Column.COMPANY,
    "firma": Column.COMPANY,
    "site": Column.SITE,
    "plant": Column.SITE,
    "standort": Column.SITE,
    "linemanager": Column.LINE_MANAGER,
    "manager": Column.LINE_MANAGER,
    "reportsto": Column.LINE_MANAGER,
    "vorgesetzter": Column.LINE_MANAGER,
    "language": Column.LANGUAGE,
    "sprache": Column.LANGUAGE,
    "timezone": Column.TIME_ZONE,
    "zeitzone": Column.TIME_ZONE,
    "joined": Column.JOINED_ON,
    "joinedon": Column.JOINED_ON,
    "firstday": Column.JOINED_ON,
    "eintritt": Column.JOINED_ON,
    "ends": Column.ENDS_ON,
    "endson": Column.ENDS_ON,
    "lastday": Column.ENDS_ON,
    "austritt": Column.ENDS_ON,
    "team": Column.TEAMS,
    "teams": Column.TEAMS,
    "department": Column.TEAMS,
    "abteilung": Column.TEAMS,
    "role": Column.ROLES,
    "roles": Column.ROLES,
    "rolle": Column.ROLES,
    "rollen": Column.ROLES,
}


def columns_of(header: Sequence[str]) -> tuple[dict[int, Column], list[str], list[str]]:
    """Return the columns by position, the headings nobody knows, and the headings that name a column twice."""
    found: dict[int, Column] = {}
    unknown: list[str] = []
    twice: list[str] = []
    for position, heading in enumerate(header):
        column = _ALIASES.get(re.sub(r"[\W_]+", "", heading.casefold()))
        if column is None:
            unknown += [heading] if heading.strip() else []
        elif column in found.values():
            twice.append(heading)
        else:
            found[position] = column
    return found, unknown, twice


def rows_of(
    columns: Mapping[int, Column], rows: Iterable[tuple[int, Sequence[str]]]
) -> list[tuple[int, dict[Column, str]]]:
    """Return numbered rows as cells by column; empty cells say nothing, empty rows are left out."""
    found = []
    for number, cells in rows:
        said = {column: cells[position].strip() for position, column in columns.items() if position < len(cells)}
        said = {column: text for column, text in said.items() if text}
        if said:
            found.append((number, said))
    return found
