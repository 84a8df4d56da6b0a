"""Imports: a plan that says row by row what a run would do, the run, and taking the whole run back."""
