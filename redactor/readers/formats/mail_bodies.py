"""Bodies of a mail: transfer encodings (RFC 2045) decoded strictly and written again."""

from __future__ import annotations

import binascii
import quopri
import re
from base64 import b64decode, encodebytes
from email.message import Message

from redactor.errors import MediaError
from redactor.readers.formats.document import Document, Template

_PLAIN = frozenset({"", "7bit", "8bit", "binary"})
_MAX_LINE = 990
"""RFC 5322 allows 998 characters."""


def decode_body(message: Message, encoding: str) -> bytes:
    """The bytes of one part. Raises `MediaError` when they are not what the encoding says: a reader might see more."""
    if encoding == "base64":
        return _base64(str(message.get_payload()))
    if encoding in _PLAIN or encoding == "quoted-printable":
        data = message.get_payload(decode=True)
        if isinstance(data, bytes):
            return data
    raise MediaError("a part has a transfer encoding that is not known", reason="NOT_MAIL")


def _base64(text: str) -> bytes:
    letters = re.sub(r"[^A-Za-z0-9+/=]", "", text).rstrip("=")
    try:
        if "=" in letters:
            raise binascii.Error
        return b64decode(letters + "=" * (-len(letters) % 4), validate=True)
    except binascii.Error:
        raise MediaError("a part holds broken base64", reason="NOT_MAIL") from None


def encode_body(data: bytes, encoding: str, eol: bytes) -> tuple[str, bytes]:
    """The transfer encoding used and the encoded bytes: `encoding` where it can carry `data`."""
    if encoding == "quoted-printable":
        encoded = quopri.encodestring(data)
        if quopri.decodestring(encoded) == data:
            return encoding, encoded
    elif encoding in _PLAIN and b"\0" not in data and max(map(len, data.split(b"\n"))) <= _MAX_LINE:
        return ("7bit" if data.isascii() else "8bit"), data
    return "base64", encodebytes(data).replace(b"\n", eol)


def mime_name(document: Document) -> str:
    """The name of the document's charset in a Content-Type header."""
    name = document.charset.encoding if isinstance(document, Template) else "utf-8"
    if name.startswith(("utf-16", "utf-32")):
        return name[:6]
    name = re.sub(r"^cp(125\d)$", r"windows-\1", name)
    return re.sub(r"^iso8859-", "iso-8859-", name).replace("_", "-")
