"""Controlled documents: revisions, review and approval, release, acknowledgement, retirement."""
