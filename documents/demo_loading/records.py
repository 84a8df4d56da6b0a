"""The records of the demo: kinds added when the system was set up, records as they came, linked to what they show."""

from collections.abc import Iterator
from functools import cache, partial

from documents import markdown
from documents.demo_loading.data import PDF, Told, read
from documents.models import Document, Record, RecordKind
from documents.queries.kept import KIND
from documents.services.records import Given, Kept, Sighting, add_kind, correct_record, keep_record
from qms.core.seams.demo import Days, Scene
from qms.filing.services.files import store_bytes
from qms.organization.demo_loading import person, process, site
from qms.reports.pdf import render_pdf
from qms.standards.queries import edition_called
from qms.standards.services.links import link

FIFTEEN = 15 * 60  # minutes after midnight


@cache
def told() -> Told:
    """Return the kinds and records as they are written."""
    return read("records.yaml")


def scenes(days: Days) -> Iterator[Scene]:
    """Yield how each kind was added, and each record kept and corrected."""
    for number, kind in enumerate(told()["kinds"]):
        yield Scene(days.at(kind["added"], FIFTEEN + number), partial(_add, kind))
        for each in kind["records"]:
            yield Scene(days.at(each["kept"], FIFTEEN + 30 + number), partial(_keep, kind, each, days))
            if "correct" in each:
                again = days.at(each["correct"]["kept"], FIFTEEN + 30 + number)
                yield Scene(again, partial(_correct, kind, each, days))


def _add(kind: Told) -> None:
    by = person(told()["by"])
    form = Document.objects.filter(number=kind["form"]).first() if "form" in kind else None
    made = add_kind(
        name=kind["name"],
        shows=kind["shows"],
        owner=person(kind["owner"]),
        process=process(kind["process"]),
        period_months=kind["period_months"],
        kept_at=kind.get("kept_at", ""),
        form=form,
        by=by,
    )
    for name, numbers in kind["clauses"].items():
        standard, _space, year = name.rpartition(" ")
        found = edition_called(standard, year)
        clauses = list(found.clauses.filter(number__in=numbers)) if found else []
        link(model=KIND, keys=[str(made.pk)], clauses=clauses, by=by)


def _keep(kind: Told, each: Told, days: Days) -> None:
    row = RecordKind.objects.get(name=kind["name"])
    keep_record(kind_id=row.pk, given=_given(kind, each, days), by=person(kind["owner"]))


def _correct(kind: Told, each: Told, days: Days) -> None:
    wrong, said = Record.objects.get(title=each["title"]), each["correct"]
    given = _given(kind, {**each, "title": said["title"]}, days)
    correct_record(record_id=wrong.pk, given=given, reason=said["reason"], by=person(kind["owner"]))


def _given(kind: Told, each: Told, days: Days) -> Given:
    seen, text = each.get("seen"), each.get("text")
    return Given(
        title=each["title"],
        happened_on=days.day(each["of"]),
        site=site(each.get("site")),
        file=_file(each["title"], text, days.day(each["of"]).isoformat(), days, each["kept"]) if text else None,
        sighting=Sighting(seen[0], kind["kept_at"], seen[1]) if seen else None,
    )


def _file(title: str, text: str, day: str, days: Days, kept: int) -> Kept:
    data = render_pdf(
        "pdf/plain.html",
        {"html": markdown.render(f"# {title}\n\n{day}\n\n{text}")},
        identifier=f"demo/record/{title}",
        made_at=days.at(kept),
        language="en",
        title=title,
    )
    return Kept(store_bytes(data), f"{title}.pdf", PDF)
