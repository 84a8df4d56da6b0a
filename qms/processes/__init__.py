"""Processes: what each takes and gives, what it needs, the map of all and the turtle sheet of each (ISO 9001, 4.4)."""
