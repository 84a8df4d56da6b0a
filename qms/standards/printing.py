"""The scope as a text: what becomes a controlled document (ISO 9001 4.3, 7.5)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from qms.standards.models import NotApplicable, ScopeStatement


def scope_as_text(statement: ScopeStatement) -> str:
    """Return a scope in Markdown: products, standards, sites, and each clause that does not apply with its reason."""
    return "\n".join(_lines(statement))


def _lines(statement: ScopeStatement) -> Iterator[str]:
    yield f"# {_('Products and services')}\n\n{statement.products}\n"
    yield f"# {_('Standards')}\n"
    yield from (f"- {each}, {each.title}" for each in statement.editions.order_by("standard", "edition"))
    yield f"\n# {_('Sites')}\n"
    sites = [each.name for each in statement.sites.order_by("name")]
    yield from (f"- {each}" for each in sites or [_("All sites of the organization")])
    yield f"\n# {_('Processes')}\n"
    processes = [f"{each.number} {each.name}" for each in statement.processes.order_by("number")]
    yield from (f"- {each}" for each in processes or [_("All processes of the organization")])
    yield f"\n# {_('What does not apply')}\n"
    rows = statement.left_out.select_related("clause__edition").prefetch_related("sites")
    rows = rows.order_by("clause__edition", "clause__position", "sub_item")
    yield from map(_left_out, rows) if rows else [_("Every requirement of these standards applies.")]
    yield ""


def _left_out(row: NotApplicable) -> str:
    reason, title = " ".join(row.reason.split()), row.clause.title
    if row.places:
        title = _("%(clause)s, at %(sites)s only") % {"clause": title, "sites": row.places}
    return f"- **{row.clause.edition} {row}** {title}: {reason}"
