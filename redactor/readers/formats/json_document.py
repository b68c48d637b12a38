"""JSON: strings, numbers and keys are leaves; layout, order, escapes and literals stay byte for byte.

Numbers of any length are leaves: an age, a CVV or a PIN is as personal as a telephone. A redacted number
becomes a string.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from redactor.errors import MediaError
from redactor.readers.formats.charset import decode
from redactor.readers.formats.document import DATA_GAP, Composer, Passage, Template, label_gap
from redactor.readers.formats.opaque import is_opaque

MAX_DEPTH = 200
"""Objects and lists inside each other; no honest export comes near."""
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|-?[0-9][0-9.eE+-]*|true|false|null|[][{}:,]|[ \t\r\n]+')
_SCALAR_STARTS = frozenset('"-0123456789')
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHORT = re.compile(r"[^\s0-9]{1,30}|[0-9]{1,4}")
_DECIMAL = re.compile(r"-?[0-9]+\.0*[1-9][0-9]*(?:[eE][+-]?[0-9]+)?")
"""A number that was measured; 4821.0 may be a code that passed through a data frame."""
_SPOKEN_KEYS = frozenset({"word", "w", "token", "text", "content", "punctuated_word"})
"""Under these keys transcripts hold one word per object, also when all of them are figures."""


class _RefusedError(ValueError):
    """Raised inside the standard parser's hooks."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(what)
        self.what = what
        self.reason = reason


@dataclass(slots=True)
class _Frame:
    """An object or a list that is open."""

    is_object: bool
    labelled: bool
    """Whether it is the value of a key."""
    keys: list[int] = field(default_factory=list)
    """Leaves that are keys of this object."""
    key: str = ""
    """The key whose value comes next."""
    expects_key: bool = False
    before: str | None = None
    """The scalar before, in a list; None at its start."""
    columns: dict[tuple[str, ...], list[int]] = field(default_factory=dict)
    """For a list: the leaves with single words in its objects, by the keys that lead to them."""


def parse(data: bytes, declared: str | None = None) -> Template:
    """Read one JSON text. Raises `MediaError` (`NOT_JSON`, `DUPLICATE_KEY`, `TOO_DEEP`)."""
    text, charset = decode(data, declared)
    check(text, "the file")
    composer = Composer()
    distinct = compose(composer, text)
    return composer.template(charset, distinct=distinct)


def check(text: str, where: str) -> None:
    """Raise `MediaError` unless `text` is one strict JSON text; the message says where, never what."""
    try:
        json.loads(text, object_pairs_hook=_unique, parse_constant=_constant, parse_int=str, parse_float=str)
    except _RefusedError as refused:
        raise MediaError(f"{where} holds {refused.what}", reason=refused.reason) from None
    except RecursionError:
        raise _too_deep(where) from None
    except json.JSONDecodeError as error:
        message = f"{where} is not valid JSON (line {error.lineno}, column {error.colno})"
        raise MediaError(message, reason="NOT_JSON") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RefusedError("an object with the same key twice: which value counts is not defined", "DUPLICATE_KEY")
    return found


def _constant(_: str) -> Any:
    raise _RefusedError("NaN or Infinity, which JSON does not have", "NOT_JSON")


def _too_deep(where: str) -> MediaError:
    return MediaError(f"{where} is nested deeper than {MAX_DEPTH} levels", reason="TOO_DEEP")


def compose(composer: Composer, text: str, *, keep_id: bool = False, where: str = "the file") -> list[list[int]]:
    """Add a checked JSON text to `composer`; returns the groups of keys that must stay distinct.

    With `keep_id` the value of `id` in the outermost object stays when it is opaque.
    """
    walk = _Walk(composer, keep_id)
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if piece in {"{", "["} and len(walk.stack) == MAX_DEPTH:
            raise _too_deep(where)
        walk.take(piece)
    return walk.distinct


class _Walk:
    """Takes the tokens of one JSON text in turn."""

    def __init__(self, composer: Composer, keep_id: bool) -> None:
        self.stack: list[_Frame] = []
        self.distinct: list[list[int]] = []
        self._composer = composer
        self._keep_id = keep_id

    def take(self, piece: str) -> None:
        """The next token."""
        frame = self.stack[-1] if self.stack else None
        if piece[0] == '"' and frame is not None and frame.expects_key:
            self._key(frame, piece)
            return
        if piece[0] in _SCALAR_STARTS and not self._is_kept_id(piece):
            self._value(frame, piece)
            return
        self._composer.keep(piece)
        if piece in {"{", "["}:
            labelled = frame is not None and frame.is_object
            self.stack.append(_Frame(piece == "{", labelled, expects_key=piece == "{"))
        elif piece in {"}", "]"}:
            self._close(self.stack.pop())
        elif frame is not None and frame.is_object and piece in {",", ":"}:
            frame.expects_key = piece == ","

    def _key(self, frame: _Frame, piece: str) -> None:
        frame.key = _string(piece)
        if self._keep_id and len(self.stack) == 1 and frame.key == "id":
            self._composer.keep(piece)
        else:
            frame.keys.append(self._composer.leaf(frame.key, piece, _writer(piece)))

    def _is_kept_id(self, piece: str) -> bool:
        return self._keep_id and len(self.stack) == 1 and self.stack[0].key == "id" and is_opaque(_string(piece))

    def _value(self, frame: _Frame | None, piece: str) -> None:
        value = _string(piece)
        decimal = _DECIMAL.fullmatch(piece) is not None
        gap = "\n" + DATA_GAP if decimal else "\n"
        if frame is not None and frame.is_object:
            if frame.keys[-1:] == [self._composer.count - 1]:
                gap = DATA_GAP if decimal else label_gap(frame.key)
            if _SHORT.fullmatch(value) and (piece[0] == '"' or frame.key in _SPOKEN_KEYS):
                self._say(self._composer.count, ())
        elif frame is not None:
            if frame.before is None:
                gap = gap.lstrip("\n") or ": " if frame.labelled else gap
            elif _SHORT.fullmatch(frame.before) and _SHORT.fullmatch(value):
                gap = " "
            frame.before = value
        self._composer.leaf(value, piece, _writer(piece), gap)

    def _close(self, closed: _Frame) -> None:
        if len(closed.keys) > 1:
            self.distinct.append(closed.keys)
        for keys, leaves in closed.columns.items():
            if len(leaves) > 1 and self._is_said(keys[-1], leaves):
                self._composer.reading += [Passage(leaf, " " if i else "\n") for i, leaf in enumerate(leaves)]
            # Of several guesses at one word the first counts; in a list of lists that is the first word of each.
            self._say(leaves[0], keys)

    def _say(self, leaf: int, keys: tuple[str, ...]) -> None:
        """A single word, `keys` below the innermost value that is open: one of the innermost list."""
        for frame in reversed(self.stack):
            if not frame.is_object:
                if keys:
                    frame.columns.setdefault(keys, []).append(leaf)
                return
            keys = (frame.key, *keys)

    def _is_said(self, key: str, leaves: Sequence[int]) -> bool:
        """True for words that could be those of one speech: they differ, and are not all figures."""
        said = {self._composer.texts[leaf] for leaf in leaves}
        return key in _SPOKEN_KEYS or (len(said) > 1 and not all(map(str.isdigit, said)))


def _string(piece: str) -> str:
    """What a string or a number says."""
    if piece[0] != '"':
        return piece
    return piece[1:-1] if "\\" not in piece else _SURROGATE.sub("\ufffd", json.loads(piece))


def _plain(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _escaped(text: str) -> str:
    return json.dumps(text)


def _writer(piece: str) -> Callable[[str], str]:
    return _escaped if "\\u" in piece else _plain
