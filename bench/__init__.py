"""Measures the product beside its limits, in the same run on the same machine, and writes docs/performance.md."""
