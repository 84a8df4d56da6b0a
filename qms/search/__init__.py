"""One index over every room, the same on SQLite and PostgreSQL."""
