"""The verbs of the organization: the only files of this room that write."""

from qms.organization.services.identity import link_identity, recognize, unlink_identity
from qms.organization.services.letting_in import ask_for_sign_in_links, send_sign_in_links
from qms.organization.services.logo import put_logo, remove_logo
from qms.organization.services.mails import tell_of_account
from qms.organization.services.options import change_preferences, change_setting, is_zone
from qms.organization.services.passwords import (
    ask_for_reset,
    choose_password,
    note_factor,
    note_lock,
    remove_factors,
    send_reset_links,
    send_sign_in_link,
    set_password,
)
from qms.organization.services.people import (
    change_person,
    create_person,
    deactivate_person,
    end_due_accounts,
    reactivate_person,
)
from qms.organization.services.possession import confirm_possession, tell_of_arrival
from qms.organization.services.roles import end_role, grant_role, name_first_quality_manager
from qms.organization.services.rosters import apply_roster, ask_to_apply, keep_roster
from qms.organization.services.server import SetOnServer, set_password_on_server
from qms.organization.services.sessions import end_other_sessions, end_session, end_sessions_of, forget_ended_sessions
from qms.organization.services.set_up import FirstPerson, set_up
from qms.organization.services.structure import (
    change_process,
    change_site,
    change_team,
    create_process,
    create_site,
    create_team,
    set_holidays,
    set_members,
)
from qms.organization.services.teams import join_team, leave_team, set_teams

__all__ = [
    "FirstPerson",
    "SetOnServer",
    "apply_roster",
    "ask_for_reset",
    "ask_for_sign_in_links",
    "ask_to_apply",
    "change_person",
    "change_preferences",
    "change_process",
    "change_setting",
    "change_site",
    "change_team",
    "choose_password",
    "confirm_possession",
    "create_person",
    "create_process",
    "create_site",
    "create_team",
    "deactivate_person",
    "end_due_accounts",
    "end_other_sessions",
    "end_role",
    "end_session",
    "end_sessions_of",
    "forget_ended_sessions",
    "grant_role",
    "is_zone",
    "join_team",
    "keep_roster",
    "leave_team",
    "link_identity",
    "name_first_quality_manager",
    "note_factor",
    "note_lock",
    "put_logo",
    "reactivate_person",
    "recognize",
    "remove_factors",
    "remove_logo",
    "send_reset_links",
    "send_sign_in_link",
    "send_sign_in_links",
    "set_holidays",
    "set_members",
    "set_password",
    "set_password_on_server",
    "set_teams",
    "set_up",
    "tell_of_account",
    "tell_of_arrival",
    "unlink_identity",
]
