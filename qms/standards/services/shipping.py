"""What ships with the product is loaded by the system, and again when a new version brings other files."""

from django.db import transaction
from django.utils import timezone

from qms.core.actors import SYSTEM
from qms.standards.models import Edition, Mapping, Shipment, Term
from qms.standards.reading import fingerprint, shipped_catalogues, shipped_correlations, shipped_terms
from qms.standards.services.loading import load_catalogue, load_correlation


def load_shipped() -> list[str]:
    """Load every catalogue, mapping and word that ships and is new or other than before; return what was, by name.

    Each file is a transaction of its own, so that nobody waits; what fails is done when this runs again.
    An edition or a mapping that the organization loaded itself stays as it is.
    """
    done = [*_editions(), *_mappings(), *_terms()]
    Shipment.objects.get_or_create(fingerprint=fingerprint(), defaults={"loaded_at": timezone.now()})
    return done


def _editions() -> list[str]:
    known = {(each.standard, each.edition): each for each in Edition.objects.all()}
    done = []
    for catalogue, sha256 in shipped_catalogues():
        edition = known.get((catalogue.standard, catalogue.edition))
        if edition is None or (edition.ships and edition.sha256 != sha256):
            load_catalogue(catalogue=catalogue, sha256=sha256, by=SYSTEM, ships=True)
            done.append(catalogue.name)
    return done


def _mappings() -> list[str]:
    known = {str(each): each for each in Mapping.objects.select_related("source", "target")}
    done = []
    for correlation, sha256 in shipped_correlations():
        mapping = known.get(correlation.name)
        if mapping is None or (mapping.ships and mapping.sha256 != sha256):
            load_correlation(correlation=correlation, sha256=sha256, by=SYSTEM, ships=True)
            done.append(correlation.name)
    return done


@transaction.atomic
def _terms() -> list[str]:
    """The glossary is as its file says; what a newer one leaves out, goes."""
    wanted = {
        each.text("term"): (each.text("definition"), each.text("domain"), each.texts("people_also_say"))
        for each in shipped_terms()
    }
    known = {each.name: (each.definition, each.domain, each.also) for each in Term.objects.all()}
    changed = [
        Term(name=name, definition=definition, domain=domain, also=also)
        for name, (definition, domain, also) in wanted.items()
        if known.get(name) != (definition, domain, also)
    ]
    Term.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["name"], update_fields=["definition", "domain", "also"]
    )
    Term.objects.exclude(name__in=wanted).delete()
    return ["glossary"] if changed else []
