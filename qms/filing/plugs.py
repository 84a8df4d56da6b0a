"""Everything filing plugs in, on one page."""

from qms.core.seams.history import sentences
from qms.core.seams.ticks import ticks
from qms.filing.sentences import SENTENCES
from qms.filing.services.tending import tend_store


def register() -> None:
    """Register the words of the history and the tick that tends the file store; called once from `ready()`."""
    for verb, sentence in SENTENCES.items():
        sentences.register(verb, sentence)
    ticks.register("filing.store", tend_store)
