"""What a person reads of a piece of HTML."""

from lxml import html


def words_of(source):
    return " ".join(" ".join(html.fromstring(f"<div>{source}</div>").itertext()).split())
