"""Pages by keyset: forth, back, in both directions of order, and with keys that say nothing."""

import pytest
from django.http import QueryDict

from qms.core.keyset import Page, addresses, page
from qms.organization.models import Site


@pytest.fixture
def sites(db):
    names = ["a", "b", "b", "b", "c", "d", "e"]
    return [Site.objects.create(code=f"S{number}", name=name) for number, name in enumerate(names)]


def walk(order, size):
    """Return the keys of every page forth, then of every page back."""
    forth, back, after = [], [], ""
    while True:
        found = page(Site.objects.all(), order, after=after, size=size)
        forth.append([row.pk for row in found.rows])
        after = found.after
        if not after:
            break
    while found.before:
        found = page(Site.objects.all(), order, before=found.before, size=size)
        back.append([row.pk for row in found.rows])
    return forth, back


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 8])
@pytest.mark.parametrize("order", [("name", "pk"), ("-name", "-pk"), ("name", "-pk"), ("-name", "pk"), ("-pk",)])
def test_every_row_stands_on_one_page_and_the_way_back_is_the_way_forth(sites, order, size):
    forth, back = walk(order, size)
    everything = list(Site.objects.order_by(*order).values_list("pk", flat=True))
    assert [key for keys in forth for key in keys] == everything
    assert back == list(reversed(forth[:-1]))


def test_a_page_that_holds_everything_leads_nowhere(sites):
    found = page(Site.objects.all(), ("name", "pk"))
    assert (found.before, found.after, len(found.rows)) == ("", "", 7)


def test_a_list_without_rows_is_an_empty_page(db):
    assert page(Site.objects.all(), ("name", "pk")) == Page([])


@pytest.mark.parametrize("key", ["!!!", "AAAA", "W10", "WzFd", "eyJhIjoxfQ", "WyJhIixbMV1d", "x" * 5000, "W1tb" * 1000])
def test_a_key_that_says_nothing_is_the_first_page(sites, key):
    first = page(Site.objects.all(), ("name", "pk"), size=3)
    assert page(Site.objects.all(), ("name", "pk"), after=key, size=3) == first
    assert page(Site.objects.all(), ("name", "pk"), before=key, size=3) == first


def test_rows_that_come_in_between_are_neither_lost_nor_shown_twice(sites):
    first = page(Site.objects.all(), ("name", "pk"), size=3)
    Site.objects.create(code="NEW", name="aa")
    second = page(Site.objects.all(), ("name", "pk"), after=first.after, size=10)
    assert [row.pk for row in second.rows] == [row.pk for row in sites[3:]]


def test_the_addresses_keep_the_filters_and_drop_the_old_key():
    found = addresses(QueryDict("site=1&site=2&after=old"), Page([], before="b", after="a"))
    assert found == {"before_url": "?site=1&site=2&before=b", "after_url": "?site=1&site=2&after=a"}
    assert addresses(QueryDict("q=x"), Page([])) == {"before_url": "", "after_url": ""}
