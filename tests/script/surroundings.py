"""What a command finds around it when nobody has set anything for the product."""

import os


def clean() -> dict[str, str]:
    """Return this process's variables without the product's, and without the test run's settings."""
    return {name: text for name, text in os.environ.items() if not name.startswith(("QMS_", "DJANGO_"))}
