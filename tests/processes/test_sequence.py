"""What the interaction of processes leaves open is said, process by process."""

from qms.processes.sequence import Finding, Gap, Step, Thing, findings

SALES, MAKING = Step(1, described=True, owned=True), Step(2, described=True, owned=True)


def test_an_input_that_nobody_makes_and_an_output_that_nobody_takes_are_said():
    things = [
        Thing("Order", maker_outside="Customer", taker=1),
        Thing("Work order", maker=1, taker=2),
        Thing("Drawing", taker=2),
        Thing("Gauge", maker=2, taker_outside="Customer"),
        Thing("Scrap", maker=2),
    ]
    assert findings([SALES, MAKING], things) == [
        Finding(2, Gap.NOBODY_MAKES, "Drawing"),
        Finding(2, Gap.NOBODY_TAKES, "Scrap"),
    ]


def test_a_thing_of_a_process_that_is_out_of_use_is_said():
    assert findings([SALES], [Thing("Plan", maker=9, taker=1), Thing("Work order", maker=1, taker=9)]) == [
        Finding(1, Gap.OUT_OF_USE, "Plan"),
        Finding(1, Gap.OUT_OF_USE, "Work order"),
    ]


def test_a_process_that_nobody_described_says_so_and_not_all_that_follows():
    assert findings([Step(3, described=False, owned=False)], []) == [
        Finding(3, Gap.NOT_DESCRIBED),
        Finding(3, Gap.NO_OWNER),
    ]


def test_a_process_that_takes_nothing_or_gives_nothing_says_so():
    assert findings([SALES], []) == [Finding(1, Gap.NO_INPUT), Finding(1, Gap.NO_OUTPUT)]
