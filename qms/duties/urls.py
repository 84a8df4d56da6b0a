"""Addresses of duties."""

from django.urls import path

from qms.duties import views

app_name = "duties"

urlpatterns = [
    path("work/", views.my_work_page, name="my_work"),
    path("work/people/", views.my_people, name="my_people"),
    path("work/people/<int:key>/", views.worker, name="worker"),
    path("work/people/<int:key>/remind/", views.remind, name="remind"),
    path("work/everyone/", views.everyone, name="everyone"),
    path("work/overdue/", views.overdue, name="overdue"),
    path("work/<int:key>/move/", views.move, name="move"),
    path("settings/reminders/", views.reminders, name="reminders"),
    path("settings/reminders/release/", views.release, name="release"),
    path("work/calendar/", views.calendar, name="calendar"),
    path("calendar/<str:token>.ics", views.feed, name="feed"),
]
