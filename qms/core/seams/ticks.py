"""What looks each minute for what is due. A room registers one function; beat holds one entry for all."""

from collections.abc import Callable
from datetime import datetime

from qms.core.seams.registry import Registry

Tick = Callable[[datetime], None]
"""Takes the instant of the tick. It reads what is due from the database and claims it by compare-and-swap, because
two ticks may overlap. It is quick: long work goes to `jobs.services.later`. What it raises is recorded and shown,
and stops no other tick."""

ticks: Registry[Tick] = Registry("ticks")
