"""What no record and no number can be is answered in words, on the pages of guests as well."""

import pytest

pytestmark = pytest.mark.django_db

PASSKEY = "/accounts/2fa/webauthn/login/"


@pytest.mark.parametrize("credential", ["[" * 100_000, '{"a":' * 100_000, "9" * 5000])
def test_a_passkey_that_is_none_is_refused_in_words(client, credential):
    answer = client.post(PASSKEY, {"credential": credential})
    assert (answer.status_code, "Something in what was sent cannot be taken." in answer.text) == (422, True)
