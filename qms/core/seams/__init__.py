"""Seams: the lower room asks, the upper rooms answer. One file a seam; `plugs.py` fills them from `ready()`."""
