"""What `manage.py check`, and with it every command, says of the environment."""

import os
from typing import Any

from django.core import checks

from qms.core import env


def unread_variables(**_options: Any) -> list[checks.CheckMessage]:
    """Return a warning for each variable that begins as ours do and that nothing reads: it is misspelt."""
    return [checks.Warning(words, id="qms.W001") for words in env.unread(os.environ)]
