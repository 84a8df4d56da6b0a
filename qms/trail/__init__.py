"""The trail: what was done, by whom, in bytes that can be hashed again by a stranger."""
