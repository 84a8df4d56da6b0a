"""Addresses of the front rooms."""

from django.urls import path

from qms.home.views import front, standing, start, system
from qms.home.views import help as helping

app_name = "home"

urlpatterns = [
    path("", front.home, name="home"),
    path("search/", front.search_page, name="search"),
    path("palette/", front.palette, name="palette"),
    path("standing/", standing.standing, name="standing"),
    path("start/", start.start, name="start"),
    path("start/set-aside/", start.set_aside, name="set_start_aside"),
    path("help/", helping.help_pages, name="help"),
    path("help/<slug:slug>/", helping.help_page, name="help_page"),
    path("jobs/", system.jobs, name="jobs"),
    path("jobs/<int:key>/retry/", system.retry_job, name="retry_job"),
    path("mail/", system.mail, name="mail"),
    path("mail/<int:key>/", system.letter, name="letter"),
    path("mail/<int:key>/retry/", system.retry_letter, name="retry_letter"),
    path("mail/<int:key>/set-aside/", system.set_letter_aside, name="set_letter_aside"),
]
