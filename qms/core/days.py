"""Days: as a form takes one, such that a calendar, a time zone and a due date can still be counted from it; and months
later."""

import calendar
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
WITHIN = (
    MinValueValidator(FIRST_DAY, _("A day from the year 1900 on.")),
    MaxValueValidator(LAST_DAY, _("A day up to the year 2199.")),
)


class DayField(forms.DateField):
    """A day between 1900 and 2199; another one is refused in words beside the field."""

    def __init__(self, **options: Any) -> None:
        super().__init__(validators=WITHIN, **options)


def add_months(day: date, months: int) -> date:
    """Return the day some months later; the last day of a shorter month where the day does not exist."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
