"""Everything duties plug in, on one page."""


def register() -> None:
    """Register rights, ticks and job kinds; called once from `ready()`."""
