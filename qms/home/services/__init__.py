"""Backing up the whole installation, and restoring it into an empty one."""

from qms.home.services.backing_up import back_up
from qms.home.services.restoring import restore

__all__ = ["back_up", "restore"]
