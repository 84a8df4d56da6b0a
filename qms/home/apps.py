from django.apps import AppConfig


class HomeConfig(AppConfig):
    """The house's front rooms: home, palette, trail, jobs and outgoing mail."""

    name = "qms.home"
    label = "home"
