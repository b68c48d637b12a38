"""E-mail (RFC 5322, MIME): readable headers, text and HTML parts, text attachments and forwarded mails are leaves.

Every part is decoded, read by its own format and encoded again the way it was. A part that is no text is replaced by
the words `[attachment removed]`: it is said, never silent. Names of files, preambles, boundaries and headers that
nobody reads do not stay (see `mail_headers`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from email import errors as defects
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from itertools import count, islice
from typing import TypeAlias

from redactor.errors import MediaError
from redactor.readers.formats import delimited, html, json_document, json_lines, plain, subtitles
from redactor.readers.formats.document import Document, Passage
from redactor.readers.formats.mail_bodies import decode_body, encode_body, mime_name
from redactor.readers.formats.mail_headers import READABLE, read_headers

Packer: TypeAlias = Callable[[Iterator[bytes]], bytes]
"""Takes the bytes of as many documents as it knows; gives content headers, an empty line and the body."""
REMOVED = "[attachment removed]"
"""Stands in for a part that is no text."""
MAX_DEPTH = 20
"""Mails and multiparts inside each other."""
_PARSERS: Mapping[str, Callable[[bytes, str | None], Document]] = {
    "text/plain": plain.parse,
    "text/markdown": plain.parse,
    "text/html": html.parse,
    "text/csv": delimited.parse,
    "text/vtt": subtitles.parse_vtt,
    "application/x-subrip": subtitles.parse_srt,
    "application/json": json_document.parse,
    "application/jsonl": json_lines.parse,
    "application/x-ndjson": json_lines.parse,
}
_BROKEN = (
    defects.NoBoundaryInMultipartDefect,
    defects.StartBoundaryNotFoundDefect,
    defects.MultipartInvariantViolationDefect,
    defects.MissingHeaderBodySeparatorDefect,
    defects.FirstHeaderLineIsContinuationDefect,
    defects.MisplacedEnvelopeHeaderDefect,
)


_TRAITS = READABLE | {"received", "return-path", "message-id", "mime-version", "content-type"}
"""A file without any of these headers is no mail."""
_MULTIPARTS = frozenset({"multipart/mixed", "multipart/alternative", "multipart/related"})
_BODIES = frozenset({"text/plain", "text/html"})


@dataclass(frozen=True, slots=True)
class MailDocument:
    """A mail: the documents in it, in file order, and how they are packed."""

    documents: tuple[Document, ...] = field(repr=False)
    pack: Callable[[Iterator[bytes]], bytes] = field(repr=False)
    """Builds the file from the documents' bytes, in the same order."""

    @property
    def leaves(self) -> tuple[str, ...]:
        """See `Document`."""
        return tuple(leaf for document in self.documents for leaf in document.leaves)

    @property
    def reading(self) -> tuple[Passage, ...]:
        """See `Document`."""
        passages: list[Passage] = []
        offset = 0
        for document in self.documents:
            for i, passage in enumerate(document.reading):
                passages.append(replace(passage, leaf=passage.leaf + offset, gap=passage.gap if i else "\n"))
            offset += len(document.leaves)
        return tuple(passages)

    def rebuild(self, leaves: Sequence[str]) -> bytes:
        """See `Document`."""
        counts = [len(document.leaves) for document in self.documents]
        if sum(counts) != len(leaves):
            raise ValueError("too few or too many leaves")
        rest = iter(leaves)
        return self.pack(
            document.rebuild(list(islice(rest, count))) for document, count in zip(self.documents, counts, strict=True)
        )


def parse(data: bytes, declared: str | None = None) -> Document:
    """Read a mail. Raises `MediaError` (`NOT_MAIL`, `TOO_DEEP`, or the reasons of the formats of its parts)."""
    if not data.strip():
        return plain.parse(data, declared)
    try:
        message = BytesParser(policy=compat32).parsebytes(data)
        reader = _MailReader("\r\n" if b"\r\n" in data[:2000] else "\n")
        pack = reader.mail(message, 0)
    except RecursionError:
        raise _too_deep() from None
    except (LookupError, ValueError):
        raise MediaError("its headers or parts are broken", reason="NOT_MAIL") from None
    return MailDocument(tuple(reader.documents), pack)


def _too_deep() -> MediaError:
    return MediaError(f"its parts are nested deeper than {MAX_DEPTH} levels", reason="TOO_DEEP")


class _MailReader:
    """Collects the documents of a mail; each method returns a function that packs them again."""

    def __init__(self, eol: str) -> None:
        self.documents: list[Document] = []
        self._eol = eol

    def mail(self, message: Message, depth: int) -> Packer:
        """A whole mail: headers and body."""
        if not _TRAITS & {name.lower() for name in message.keys()}:  # noqa: SIM118 - a Message is no dict
            raise MediaError("it has none of the headers of a mail", reason="NOT_MAIL")
        self.documents.append(read_headers(message, self._eol))
        body, version = self._node(message, depth), f"MIME-Version: 1.0{self._eol}".encode()
        return lambda bodies: next(bodies) + version + body(bodies)

    def _node(self, message: Message, depth: int) -> Packer:
        if depth > MAX_DEPTH:
            raise _too_deep()
        if any(isinstance(defect, _BROKEN) for defect in message.defects):
            raise MediaError("its parts or headers are broken", reason="NOT_MAIL")
        kind, payload = message.get_content_type(), message.get_payload()
        if kind.startswith("multipart/") and isinstance(payload, list) and payload:
            parts = [self._node(part, depth + 1) for part in payload if isinstance(part, Message)]
            return self._multipart(kind if kind in _MULTIPARTS else "multipart/mixed", parts)
        if kind == "message/rfc822" and isinstance(payload, list) and len(payload) == 1:
            return self._forwarded(payload[0], depth + 1)
        return self._part(message, kind)

    def _multipart(self, kind: str, parts: Sequence[Packer]) -> Packer:
        eol = self._eol.encode()

        def pack(bodies: Iterator[bytes]) -> bytes:
            packed = [part(bodies) for part in parts]
            boundary = next(b"--part-%d" % n for n in count(1) if not any(b"--part-%d" % n in part for part in packed))
            head = f'Content-Type: {kind}; boundary="{boundary[2:].decode()}"'.encode() + eol + eol
            return head + b"".join(boundary + eol + part + eol for part in packed) + boundary + b"--" + eol

        return pack

    def _forwarded(self, message: object, depth: int) -> Packer:
        before = len(self.documents)
        try:
            if not isinstance(message, Message):
                raise MediaError("a forwarded mail is broken", reason="NOT_MAIL")
            mail = self.mail(message, depth)
        except MediaError as error:
            if error.reason == "TOO_DEEP":
                raise
            del self.documents[before:]
            return self._removed()
        head = f"Content-Type: message/rfc822{self._eol}{self._eol}".encode()
        return lambda bodies: head + mail(bodies)

    def _part(self, message: Message, kind: str) -> Packer:
        encoding = str(message.get("content-transfer-encoding", "")).strip().lower()
        disposition = message.get_content_disposition() or ""
        parser = _PARSERS.get(kind)
        try:
            if parser is None:
                return self._removed()
            data = decode_body(message, encoding)
            document = parser(data, message.get_content_charset()) if data.strip() else plain.parse(data)
        except MediaError:
            if kind in _BODIES and disposition != "attachment":
                raise
            return self._removed()
        self.documents.append(document)
        flowed = "; format=flowed" if str(message.get_param("format")).lower() == "flowed" else ""
        head = f"Content-Type: {kind}; charset={mime_name(document)}{flowed}"
        if disposition in {"inline", "attachment"}:
            head += f"{self._eol}Content-Disposition: {disposition}"
        return self._body(head, encoding)

    def _removed(self) -> Packer:
        self.documents.append(plain.parse(REMOVED.encode()))
        return self._body("Content-Type: text/plain; charset=utf-8", "")

    def _body(self, head: str, encoding: str) -> Packer:
        eol = self._eol

        def pack(bodies: Iterator[bytes]) -> bytes:
            used, body = encode_body(next(bodies), encoding, eol.encode())
            return f"{head}{eol}Content-Transfer-Encoding: {used}{eol}{eol}".encode() + body

        return pack
