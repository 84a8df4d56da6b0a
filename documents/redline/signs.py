"""Pictures in a comparison: each stands in its text as one character, to be kept or replaced as a whole. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from documents.redline.model import Picture
from qms.core.parsers.model import Block

# A private area of Unicode that no text of ours uses: the first sign for a picture in it.
_FIRST = 0x100000
_NAMED = re.compile(r"\[([^\[\]]*) ([0-9a-f]{8})\]")


class Signs:
    """Gives each picture of two texts its sign; `pictures` says afterwards what each sign stands for."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        """Take the address of each picture by the first eight digits of its SHA-256."""
        self.addresses = addresses
        self.known: dict[tuple[str, str], str] = {}

    @property
    def pictures(self) -> dict[str, Picture]:
        """Return what stands for each sign that was given."""
        return {sign: Picture(alt, self.addresses[digest]) for (alt, digest), sign in self.known.items()}

    def put(self, blocks: Sequence[Block]) -> list[Block]:
        """Return blocks with a sign in place of each picture that is named in them."""
        return [self._block(each) for each in blocks]

    def _block(self, block: Block) -> Block:
        return replace(block, text=self._text(block.text), cells=tuple(self._text(each) for each in block.cells))

    def _text(self, text: str) -> str:
        return _NAMED.sub(self._sign, text) if self.addresses else text

    def _sign(self, found: re.Match[str]) -> str:
        alt, digest = found.groups()
        if digest not in self.addresses:
            return found.group()
        return self.known.setdefault((alt, digest), chr(_FIRST + len(self.known)))
