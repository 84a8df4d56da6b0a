"""Titles and texts that read like procedures from far away. Pure."""

from random import Random


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(";")]


THINGS = _listed(
    "gauge blocks; dial indicators; bore gauges; setting rings; castings; springs; drawings; samples; records; returns;"
    "orders; contracts; visitors; furnaces; coolant; spindles; pallets; labels; software; climate data; complaints;"
    "offers; tools; masters"
)
VERBS = _listed(
    "Calibration; Inspection; Release; Handling; Storage; Marking; Purchase; Cleaning; Packing; Control; Review;"
    "Repair; Transport; Identification; Adjustment; Verification; Disposal; Receipt; Sampling; Planning"
)
WHERE = _listed(
    "; in the workshop; at incoming goods; for customers; between sites; during maintenance; in the laboratory"
)
WORDS = _listed(
    "the; each; every; before; after; within; again; first; measured; approved; signed; checked; recorded; stored;"
    "returned; cleaned; operator; supervisor; laboratory; inspector; quality; manager; register; value; limit; result;"
    "interval; temperature; part; lot; gauge; master; reading; certificate; bench; shift; day; hour; minute;"
    "micrometre; is; are; was; must; may; shall; not; when; where; and; or; with; without; by; for; from; until;"
    "against; under; over; between; compare; write; down; report; stop; call; ask; wait; begin; end"
)


def title(random: Random) -> str:
    """Return the title of a document."""
    return " ".join(filter(None, (random.choice(VERBS), "of", random.choice(THINGS), random.choice(WHERE))))


def text(random: Random, words: int = 400) -> str:
    """Return a text in Markdown with about so many words: headings, paragraphs, a list and a table in each part."""
    parts = []
    for number in range(1, max(1, words // 200) + 1):
        steps = "\n".join(f"{step}. {_sentence(random)}" for step in range(1, 6))
        rows = "\n".join(f"| {random.choice(THINGS)} | {random.randint(1, 90)} µm |" for _row in range(4))
        heading = f"## {number} {random.choice(VERBS)} of {random.choice(THINGS)}"
        parts += [heading, _paragraph(random), steps, f"| What | Limit |\n|---|---|\n{rows}", _paragraph(random)]
    return "\n\n".join(parts) + "\n"


def changed(random: Random, given: str) -> str:
    """Return a text in which one sentence in ten is another."""
    lines = given.split("\n")
    kept = [_sentence(random) if line and line[0].isupper() and random.random() < 0.1 else line for line in lines]
    return "\n".join(kept)


def _paragraph(random: Random) -> str:
    return " ".join(_sentence(random) for _number in range(4))


def _sentence(random: Random) -> str:
    return " ".join(random.choices(WORDS, k=random.randint(8, 16))).capitalize() + "."
