"""Duties: who owes what by when, and the ladder of reminders that does not give up."""
