"""Web addresses that were said aloud: "φέισμπουκ τελεία κομ κάθετος φαίδων κάτω παύλα ραγκούσης"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from redactor.recognizers.spoken_mail import dots, is_kind, top
from redactor.recognizers.spoken_tokens import Token

_HOST_WORDS = 3
_PATH_WORDS = 6
"""So many words may stand between two slashes, and behind the last."""
_CLAUSE = frozenset(",.;!?\n")


def links(found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """`(start, end)` in the folded text of each host with a path behind it; a host alone is a company's."""
    done = 0
    for i in dots(found):
        if i < max(1, done):
            continue
        end = top(found, i - 1)
        end += bool(end) and end < len(found) and found[end].word == "forward"
        if not end or end >= len(found) or not is_kind(found[end], "slash"):
            continue
        first = i
        while first > done and i - first < _HOST_WORDS and not _CLAUSE & set(found[first].gap):
            if {"stop", "verb"} & found[first - 1].reading.roles or found[first - 1].filler:
                break
            first -= 1
        done = _path(found, end)
        yield found[first].start, found[done - 1].end


def _path(found: Sequence[Token], slash: int) -> int:
    """The index after the path that begins with token `slash`."""
    end = slash + 1
    while end < len(found) and end - slash <= _PATH_WORDS and not _CLAUSE & set(found[end].gap):
        slash = end if is_kind(found[end], "slash") else slash
        end += 1
    return end
