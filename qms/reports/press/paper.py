"""The file: numbered objects packed into streams, the table that finds them, and what PDF/A asks of every file.

ISO 32000-1 7.5.7 (object streams), 7.5.8 (cross-reference streams); ISO 19005-3 (PDF/A-3, level U).
"""

import hashlib
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from xml.sax.saxutils import escape

PRODUCER = "QMS"
PACKED_TOGETHER = 100

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 pdfaid:part="3" pdfaid:conformance="U" pdf:Producer="{producer}" xmp:CreateDate="{made}" xmp:ModifyDate="{made}">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


def text_string(text: str) -> str:
    """Return a text as a PDF string (ISO 32000-1 7.9.2.2: UTF-16 with its mark)."""
    return f"<feff{text.encode('utf-16-be', 'replace').hex()}>"


def _date(moment: datetime) -> str:
    return f"(D:{moment.astimezone(UTC):%Y%m%d%H%M%S}Z)"


class Paper:
    """Collects objects under numbers and writes them as one file."""

    def __init__(self) -> None:
        self._plain: dict[int, bytes] = {}
        self._streams: dict[int, bytes] = {}
        self._last = 0

    def reserve(self) -> int:
        """Return the next number, for an object that is filled in later."""
        self._last += 1
        return self._last

    def fill(self, number: int, body: str) -> None:
        """Give a reserved number its object."""
        self._plain[number] = body.encode()

    def add(self, body: str) -> int:
        """Return the number of a new object."""
        number = self.reserve()
        self.fill(number, body)
        return number

    def stream(self, data: bytes, entries: str = "") -> int:
        """Return the number of a new stream, compressed."""
        number = self.reserve()
        self._streams[number] = _stream(data, entries)
        return number

    def metadata(self, *, title: str, made_at: datetime) -> tuple[int, int]:
        """Return the numbers of the XMP packet and of the information dictionary, which say the same (6.6.2.3)."""
        made = f"{made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}+00:00"
        xmp = XMP.format(producer=PRODUCER, made=made, title=escape(title)).encode("utf-8", "replace")
        packet = self.stream(xmp, "/Type /Metadata /Subtype /XML")
        facts = f"/Title {text_string(title)} /Producer ({PRODUCER})"
        info = self.add(f"<< {facts} /CreationDate {_date(made_at)} /ModDate {_date(made_at)} >>")
        return packet, info

    def written(self, *, catalog: int, info: int, identifier: str) -> bytes:
        """Return the file. `identifier` becomes its /ID."""
        out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        packed = self._packed()
        places: dict[int, tuple[int, int, int]] = {}
        for number, body in sorted(self._streams.items()):
            places[number] = (1, len(out), 0)
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        for number, members in packed.items():
            places.update({member: (2, number, index) for index, member in enumerate(members)})
        start = len(out)
        out += self._table(places, start, catalog=catalog, info=info, identifier=identifier)
        out += b"startxref\n%d\n%%%%EOF\n" % start
        return bytes(out)

    def _packed(self) -> Mapping[int, list[int]]:
        """Put the plain objects into object streams; give the members of each."""
        numbers = sorted(self._plain)
        packed = {}
        for start in range(0, len(numbers), PACKED_TOGETHER):
            members = numbers[start : start + PACKED_TOGETHER]
            packed[self._pack(members)] = members
        return packed

    def _pack(self, members: list[int]) -> int:
        index, body = [], bytearray()
        for member in members:
            index.append(f"{member} {len(body)}")
            body += self._plain[member] + b"\n"
        head = (" ".join(index) + "\n").encode()
        return self.stream(head + body, f"/Type /ObjStm /N {len(members)} /First {len(head)}")

    def _table(
        self, places: dict[int, tuple[int, int, int]], start: int, *, catalog: int, info: int, identifier: str
    ) -> bytes:
        own = self._last + 1
        places[own] = (1, start, 0)
        rows = b"".join(_row(*places.get(number, (0, 0, 65535))) for number in range(own + 1))
        key = hashlib.md5(identifier.encode(), usedforsecurity=False).hexdigest()
        entries = f"/Type /XRef /Size {own + 1} /W [1 4 2] /Root {catalog} 0 R /Info {info} 0 R /ID [<{key}> <{key}>]"
        return b"%d 0 obj\n%s\nendobj\n" % (own, _stream(rows, entries))


def _row(kind: int, first: int, second: int) -> bytes:
    return kind.to_bytes(1, "big") + first.to_bytes(4, "big") + second.to_bytes(2, "big")


def _stream(data: bytes, entries: str) -> bytes:
    packed = zlib.compress(data, 6)
    head = f"<< {entries} /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
    return head + packed + b"\nendstream"
