"""The strictness of the test run."""

import logging


class UndefinedVariable(logging.Handler):
    """A name that a template does not get is a mistake, not an empty string."""

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith("Exception while resolving variable") and "unknown" not in str(record.args):
            raise AssertionError(record.getMessage())
