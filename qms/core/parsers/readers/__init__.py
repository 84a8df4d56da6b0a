"""Readers: each runs inside the sandbox, takes the path of one file and returns plain JSON values."""
