"""A role may ask for a second factor: its holders set one up before they go on."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from qms.organization.services import change_setting
from qms.organization.settings_of_ours import second_factor_key
from qms.organization.states import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(world):
    change_setting(key=second_factor_key(Role.APPROVER), value=True, by=world.quality)
    return world


def test_a_holder_of_the_role_is_led_to_set_one_up_and_told_why(client, asked):
    client.force_login(asked.approver)
    answer = client.get("/documents/", follow=True)
    assert (answer.redirect_chain, "Your role asks for a second factor" in answer.text) == (
        [(reverse("mfa_index"), 302)],
        True,
    )


def test_a_part_of_a_page_is_led_there_as_a_page(client, asked):
    client.force_login(asked.approver)
    answer = client.get("/documents/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, reverse("mfa_index"))


def test_the_pages_of_second_factors_and_signing_out_stay_open(client, asked):
    client.force_login(asked.approver)
    assert [client.get(reverse(name)).status_code for name in ("mfa_index", "account_logout")] == [200, 200]


def test_who_has_an_authenticator_app_goes_on(client, asked):
    TOTP.activate(asked.approver, generate_totp_secret())
    client.force_login(asked.approver)
    assert client.get("/documents/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor(client, asked):
    Authenticator.objects.create(user=asked.approver, type=Authenticator.Type.RECOVERY_CODES, data={})
    client.force_login(asked.approver)
    assert client.get("/documents/").status_code == 302


def test_other_roles_are_not_asked(client, asked):
    client.force_login(asked.reader)
    assert client.get("/documents/").status_code == 200
