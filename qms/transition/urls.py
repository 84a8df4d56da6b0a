"""Addresses of moves to another edition."""

from django.urls import path

from qms.transition import views

app_name = "transition"

urlpatterns = [
    path("transition/", views.all_moves, name="all"),
    path("transition/start/<int:key>/", views.start, name="start"),
    path("transition/<int:key>/", views.project, name="project"),
    path("transition/<int:key>/assess/", views.assess, name="assess"),
    path("transition/<int:key>/end/", views.end, name="end"),
    path("transition/<int:key>/close/", views.close, name="close"),
    path("transition/<int:key>/report.<str:form>", views.report, name="report"),
    path("transition/lines/<int:key>/", views.line, name="line"),
]
