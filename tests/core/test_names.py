"""A name that the server does not answer to is said in words, to whoever typed it."""

import pytest

pytestmark = pytest.mark.django_db


def told(client, settings, name: str) -> tuple[int, str]:
    settings.ALLOWED_HOSTS = ["qms.example.org"]
    answer = client.get("/", headers={"host": name})
    return answer.status_code, answer.content.decode()


def test_a_name_that_is_not_ours_is_said_with_who_can_change_that(client, settings):
    status, page = told(client, settings, "10.1.2.3:8952")
    words = [
        "This server does not answer to the name 10.1.2.3:8952",
        "Whoever runs this server can let it answer to this name as well: with QMS_ALLOWED_HOSTS.",
    ]
    assert (status, [each in page for each in words], "Go to my work" in page, "<a " in page) == (
        400,
        [True, True],
        False,
        False,
    )


def test_a_name_comes_back_as_text_and_cut(client, settings):
    _status, page = told(client, settings, "<script>" + "x" * 5000)
    assert ("<script>" in page, "&lt;script&gt;xxx" in page, "x" * 80 in page) == (False, True, False)
