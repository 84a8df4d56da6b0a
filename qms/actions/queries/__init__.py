"""Questions about actions."""

from qms.actions.queries.facts import action_facts, is_of, open_extension
from qms.actions.queries.records import Named, address_of, named, record_numbered
from qms.actions.queries.register import Ageing, RegisterFilter, RegisterRow, actions_of, ageing, registered, rows_of
from qms.actions.queries.standing import (
    ANSWER,
    DO,
    MODEL,
    VERIFY,
    answerers,
    exception_to,
    scope_of,
    standing_on,
    verifiers,
    visible_to,
)

__all__ = [
    "ANSWER",
    "DO",
    "MODEL",
    "VERIFY",
    "Ageing",
    "Named",
    "RegisterFilter",
    "RegisterRow",
    "action_facts",
    "actions_of",
    "address_of",
    "ageing",
    "answerers",
    "exception_to",
    "is_of",
    "named",
    "open_extension",
    "record_numbered",
    "registered",
    "rows_of",
    "scope_of",
    "standing_on",
    "verifiers",
    "visible_to",
]
