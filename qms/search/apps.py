from django.apps import AppConfig


class SearchConfig(AppConfig):
    """One index over every room."""

    name = "qms.search"
    label = "search"
