"""The scope as programs read it: what stands, and what stood on a day."""

from datetime import timedelta

from django.utils import timezone

from qms.core.actors import SYSTEM
from qms.standards.catalogue import Catalogue, ClauseRow
from qms.standards.services import LeftOut, confirm_scope
from qms.standards.services.loading import load_catalogue
from qms.standards.states import EditionState

ISO = Catalogue("ISO 9001", "2015", "Quality", EditionState.CURRENT, clauses=(ClauseRow("8.5.1", "Production", 1),))


def covered(world, iso, *, products="Gauges", left_out=(), sites=(), processes=()):
    told = {"products": products, "left_out": left_out, "sites": sites, "processes": processes}
    return confirm_scope(editions=[iso], answers={}, by=world.quality, **told)


def test_a_program_reads_the_scope_that_stands_and_the_one_of_a_day(world, program):
    iso = load_catalogue(catalogue=ISO, sha256="0", by=SYSTEM)
    out = [LeftOut(iso.clauses.get(number="8.5.1"), "All is checked.", "f", [world.other_site])]
    covered(world, iso, products="Blocks")
    statement = covered(world, iso, left_out=out, sites=[world.site, world.other_site], processes=[world.process])
    reader = program(world.reader)
    first = reader.get("scopes/").json()["results"][0]
    told = {
        name: first[name] for name in ("products", "standards", "sites", "processes", "not_applicable", "valid_until")
    }
    assert told == {
        "products": "Gauges",
        "standards": ["ISO 9001:2015"],
        "sites": [world.site.pk, world.other_site.pk],
        "processes": [world.process.pk],
        "not_applicable": [
            {
                "standard": "ISO 9001:2015",
                "clause": "8.5.1",
                "item": "f",
                "reason": "All is checked.",
                "sites": [world.other_site.pk],
            }
        ],
        "valid_until": None,
    }
    days = ("2020-01-01", str(timezone.localdate() + timedelta(days=1)), "yesterday", "9999-12-31")
    asked = [reader.get(f"scopes/?on={day}") for day in days]
    assert [len(each.json().get("results", [])) for each in asked] == [0, 1, 0, 0]
    assert [each.status_code for each in asked] == [200, 200, 422, 422]
    assert [program(world.it).get(path).status_code for path in ("scopes/", f"scopes/{statement.pk}/")] == [404, 404]
    assert (reader.get(f"scopes/{statement.pk}/").json(), reader.get("scopes/9/").status_code) == (first, 404)
