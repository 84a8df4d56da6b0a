"""The page of jobs says what is not well."""

from django.utils import timezone

from qms.filing.models import LostFile
from qms.filing.services.files import store_bytes

WORDS = "has lost 1 file, or a part of it."


def test_it_learns_that_the_store_has_lost_a_file(client, world):
    client.force_login(world.it)
    assert WORDS not in client.get("/jobs/").content.decode()
    LostFile.objects.create(file=store_bytes(b"gone"), noticed_at=timezone.now())
    assert WORDS in client.get("/jobs/").content.decode()
