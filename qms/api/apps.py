from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The way in for programs: tokens of people, lists by keyset, one error shape."""

    name = "qms.api"
    label = "api"

    def ready(self) -> None:
        from qms.api import plugs

        plugs.register()
