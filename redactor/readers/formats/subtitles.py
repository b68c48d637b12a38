"""WebVTT and SubRip: times and counters stay byte for byte; every other character stands in a leaf.

The packages `webvtt-py` and `srt` are not used: both write times, notes and identifiers anew, and leave out blocks that
they do not know, where a name could stand. Here a line is kept only if it is nothing but a signature, a time or a
counter (WebVTT: https://www.w3.org/TR/webvtt1/); names of cues, notes, styles, regions and malformed lines are leaves.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from redactor.errors import MediaError
from redactor.readers.formats.charset import decode
from redactor.readers.formats.document import Composer, Passage, Template, verbatim
from redactor.readers.formats.opaque import is_opaque

_CLOCK = r"(?:\d{1,3}:)?\d{1,2}:\d{1,2}[.,]\d{1,3}"
_EDGE = r"(?:auto|start|center|middle|end|left|right|line-left|line-right)"
_PLACE = rf"(?:-?\d{{1,3}}(?:\.\d{{1,3}})?%?(?:,{_EDGE})?|{_EDGE})"
_SETTING = rf"(?:vertical:(?:rl|lr)|(?:line|position|size|align):{_PLACE}|[XY][12]:\d{{1,4}})"
_TIMES = re.compile(rf"[ \t]*{_CLOCK}[ \t]*-->[ \t]*{_CLOCK}(?![^ \t])(?:[ \t]+{_SETTING}(?![^ \t]))*[ \t]*")
_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_SIGNATURE = re.compile(r"WEBVTT(?:[ \t]+|(?=[\r\n])|\Z)")
_DIGIT = re.compile(r"\d")
_BLOCK_WORD = re.compile(r"NOTE(?:[ \t]+|\Z)|(?:STYLE|REGION)[ \t]*\Z")
_COLOUR_NAME = "(?:white|lime|cyan|red|yellow|magenta|blue|black|green|orange|gray|grey)"
_COLOUR = rf"(?:\.(?:bg_)?{_COLOUR_NAME})*"
_TAG = re.compile(
    rf"</?(?:[bicuv]|lang|ruby|rt){_COLOUR}>|<{_CLOCK}>|<lang [a-z]{{2,3}}(?:-[A-Za-z]{{2,4}})?>"
    rf'|</font>|<font color="?(?:{_COLOUR_NAME}|#[A-Fa-f0-9]{{6}})"?>|\{{\\an[1-9]\}}'
    rf"|(?P<open><(?:[bicuv]|lang|ruby|rt){_COLOUR}[ \t]+)(?P<note>[^<>]*)>"
)


def parse_vtt(data: bytes, declared: str | None = None) -> Template:
    """Read WebVTT. Raises `MediaError` (`NOT_VTT`) when the signature is missing."""
    text, charset = decode(data, declared)
    signature = _SIGNATURE.match(text)
    if signature is None:
        raise MediaError("it does not start with the line WEBVTT", reason="NOT_VTT")
    composer = Composer()
    composer.keep(signature[0])
    _compose(composer, text[signature.end() :], html.unescape, _write_vtt)
    return composer.template(charset)


def parse_srt(data: bytes, declared: str | None = None) -> Template:
    """Read SubRip. Raises `MediaError` (`NOT_SRT`) when there is no line with times."""
    text, charset = decode(data, declared)
    composer = Composer()
    if _compose(composer, text, verbatim, _write_srt) == 0:
        raise MediaError("it holds no line with times (00:00:01,000 --> 00:00:02,000)", reason="NOT_SRT")
    return composer.template(charset)


def _compose(composer: Composer, text: str, decoded: Callable[[str], str], write: Callable[[str], str]) -> int:
    """Add all lines; returns how many of them hold times."""
    lines = [(match[1], match[2]) for match in _LINE.finditer(text) if match[0]]
    cues = 0
    names: list[int] = []
    opens_block = True
    gap = "\n"
    for number, (line, end) in enumerate(lines):
        following = lines[number + 1][0] if number + 1 < len(lines) else ""
        if not line.strip():
            composer.keep(line)
            opens_block, gap = True, "\n"
        elif times := _TIMES.match(line):
            cues += 1
            composer.keep(times[0])
            _pieces(composer, line[times.end() :], "\n", decoded, write)
            opens_block, gap = False, "\n"
        elif opens_block and _TIMES.match(following) and is_opaque(line.strip()):
            composer.keep(line)
            opens_block = False
        elif opens_block and _TIMES.match(following) and _DIGIT.search(line):
            names.append(composer.leaf(decoded(line), line, write, None))
            opens_block = False
        else:
            word = _BLOCK_WORD.match(line) if opens_block else None
            composer.keep(word[0] if word else "")
            before = composer.count
            _pieces(composer, line[word.end() :] if word else line, gap, decoded, write)
            opens_block, gap = False, " " if composer.count > before else gap
        composer.keep(end)
    # Between two cues a name with a number in it could part a value that goes on, or become part of it.
    composer.reading += [Passage(name) for name in names]
    return cues


def _pieces(
    composer: Composer, line: str, gap: str, decoded: Callable[[str], str], write: Callable[[str], str]
) -> None:
    """The leaves of one line: the text between tags, and what a tag says about the speaker."""
    at = 0
    for tag in _TAG.finditer(line):
        gap = _piece(composer, line[at : tag.start()], gap, decoded, write)
        at = tag.end()
        if tag["open"] is None:
            composer.keep(tag[0])
            continue
        composer.keep(tag["open"])
        _piece(composer, tag["note"], gap, decoded, write)
        composer.keep(">")
        gap = ": "
    _piece(composer, line[at:], gap, decoded, write)


def _piece(composer: Composer, raw: str, gap: str, decoded: Callable[[str], str], write: Callable[[str], str]) -> str:
    if not raw.strip():
        composer.keep(raw)
        return gap if not raw or gap else " "
    composer.leaf(decoded(raw), raw, write, gap)
    return ""


def _write_vtt(text: str) -> str:
    return html.escape(_write_srt(text), quote=False)


def _write_srt(text: str) -> str:
    return re.sub(r"[\r\n]+", " ", text)
