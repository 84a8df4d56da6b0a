"""What every table has to keep."""

import pytest
from django.apps import apps
from django.db import connection

from qms.trail.models import Span
from qms.trail.triggers import missing, protected
from tests.architecture.source import PACKAGES

OURS = [model for model in apps.get_models() if model.__module__.split(".")[0] in PACKAGES]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_instant_with_a_person_is_constrained_to_go_with_them(model):
    names = {field.name for field in model._meta.fields}
    pairs = {name[:-3] for name in names if name.endswith("_at") and name[:-3] + "_by" in names}
    nullable = {pair for pair in pairs if model._meta.get_field(pair + "_at").null}
    constrained = {pair for pair in nullable for c in model._meta.constraints if f"{pair}_at" in repr(c)}
    assert nullable == constrained


@pytest.mark.django_db
def test_every_append_only_table_has_its_triggers():
    assert missing(connection) == []


def test_the_tables_that_must_not_change_are_append_only():
    names = {model._meta.label for model in protected()}
    assert {
        "trail.Entry",
        "trail.EntryDetail",
        "trail.EntryTarget",
        "trail.Erasure",
        "signatures.Signature",
        "documents.Content",
        "documents.Acknowledgement",
        "documents.Excusal",
        "documents.PeriodicReview",
        "documents.Record",
        "filing.StoredFile",
    } <= names


@pytest.mark.parametrize("model", [model for model in OURS if issubclass(model, Span)], ids=lambda m: m._meta.label)
def test_a_span_has_at_most_one_open_row(model):
    conditions = [repr(c.condition) for c in model._meta.constraints if getattr(c, "condition", None) is not None]
    assert model._meta.label == "organization.RoleAssignment" or any("valid_until__isnull" in c for c in conditions)
