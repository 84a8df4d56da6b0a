from django.apps import AppConfig


class HomeConfig(AppConfig):
    """The house's front rooms: home, palette, search, jobs and outgoing mail."""

    name = "qms.home"
    label = "home"

    def ready(self) -> None:
        from qms.home import plugs

        plugs.register()
