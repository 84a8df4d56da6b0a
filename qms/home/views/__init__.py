"""The front rooms of the house."""
