"""The whole matrix of rights, written by hand, never from the code.

A right that is added, taken away or given to another role changes this table in the same commit.
"""

import pytest

from qms.organization.rights import givable_roles, granted_to, matrix
from qms.organization.states import QUALITY_ROLES, ROLE_WORDS, Role

EVERYBODY_IN_QUALITY = (
    "approver author external_auditor internal_auditor process_owner quality_manager reader supervisor top_management "
    "trainer"
)

MATRIX = {
    "organization.accounts": "it_admin",
    "organization.grant_roles": "quality_manager",
    "organization.see_people": "internal_auditor it_admin process_owner quality_manager top_management",
    "organization.see_rights": "external_auditor internal_auditor quality_manager top_management",
    "organization.change_settings": "quality_manager",
    "organization.change_structure": "quality_manager",
    "organization.see_mail": "it_admin quality_manager",
    "organization.read_mail": "quality_manager",
    "organization.see_jobs": "it_admin quality_manager",
    "organization.confirm": "quality_manager",
    "organization.confirm_instead": "top_management",
    "signatures.grant_exception": "top_management",
    "signatures.see_exceptions": "external_auditor internal_auditor quality_manager top_management",
    "duties.see_all": "quality_manager",
    "duties.reassign": "quality_manager",
    "duties.release_reminders": "it_admin quality_manager",
    "evidence.export": "internal_auditor process_owner quality_manager",
    "evidence.see_all": "quality_manager",
    "standards.read": EVERYBODY_IN_QUALITY,
    "standards.expect": "quality_manager",
    "standards.judge": "internal_auditor quality_manager",
    "standards.link": "author process_owner quality_manager",
    "standards.load": "quality_manager",
    "standards.scope": "quality_manager",
    "actions.see": "external_auditor internal_auditor process_owner quality_manager top_management",
    "actions.give": "approver author internal_auditor process_owner quality_manager supervisor top_management",
    "actions.manage": "process_owner quality_manager",
    "actions.verify": "quality_manager",
    "actions.export_pack": "internal_auditor process_owner quality_manager",
    "transition.read": EVERYBODY_IN_QUALITY,
    "transition.run": "quality_manager",
    "transition.assess": "internal_auditor process_owner quality_manager",
    "processes.see": EVERYBODY_IN_QUALITY,
    "processes.describe": "process_owner quality_manager",
    "documents.read": EVERYBODY_IN_QUALITY,
    "documents.read_history": "external_auditor internal_auditor process_owner quality_manager",
    "documents.read_drafts": "internal_auditor process_owner quality_manager",
    "documents.write": "author process_owner quality_manager",
    "documents.review": "approver author internal_auditor process_owner quality_manager top_management",
    "documents.approve": "approver process_owner quality_manager top_management",
    "documents.release": "quality_manager",
    "documents.manage": "process_owner quality_manager",
    "documents.adopt": "quality_manager",
    "documents.excuse": "process_owner quality_manager",
    "documents.see_acknowledgements": "external_auditor internal_auditor process_owner quality_manager",
    "documents.import": "quality_manager",
    "documents.export_pack": "internal_auditor process_owner quality_manager",
    "documents.change_types": "quality_manager",
    "documents.keep_records": "process_owner quality_manager",
    "documents.manage_records": "process_owner quality_manager",
}

# What IT needs to run the system. None of it shows or changes a document, a record or a signature.
ITS_OWN = {
    "organization.accounts",
    "organization.see_people",
    "organization.see_mail",
    "organization.see_jobs",
    "duties.release_reminders",
}


def test_each_right_is_held_by_exactly_these_roles():
    held = {right: " ".join(sorted(role.value for role in roles)) for right, (_words, roles) in matrix().items()}
    assert held == MATRIX


def test_every_right_has_words_and_every_role_too():
    assert [right for right, (words, _roles) in matrix().items() if not str(words).strip()] == []
    assert set(ROLE_WORDS) == set(Role)


def test_it_holds_what_it_needs_to_run_the_system_and_nothing_of_quality():
    assert granted_to([Role.IT_ADMIN]) == ITS_OWN


@pytest.mark.parametrize("role", sorted(Role))
def test_who_gives_quality_roles_opens_no_accounts_and_the_other_way_round(role):
    rights = granted_to([role])
    assert not {"organization.accounts", "organization.grant_roles"} <= rights


def test_the_it_role_and_the_quality_roles_are_given_by_different_roles():
    assert givable_roles(granted_to([Role.IT_ADMIN])) == {Role.IT_ADMIN}
    assert givable_roles(granted_to([Role.QUALITY_MANAGER])) == QUALITY_ROLES
    assert givable_roles(granted_to(set(Role) - {Role.IT_ADMIN, Role.QUALITY_MANAGER})) == frozenset()


def test_no_role_at_all_holds_no_right():
    assert granted_to([]) == frozenset()
