"""Where the phrases of announcements.tsv stand in a text: Greek ones by sound in either script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import product

from redactor.recognizers.el.phrases import LANGUAGES, Slot, phrases
from redactor.recognizers.greeklish import greek_key, latin_keys
from redactor.recognizers.view import View

_JOINT = re.compile(r"[\s'.\-/]{1,3}")
_JOINED = 14
"""Letters of two small words that recognition may have run into one ("μελενε")."""


@dataclass(slots=True)
class _Node:
    """A place in the net of phrases."""

    next: dict[str, list[_Node]] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Announcement:
    """Words `first..last` that announce a name."""

    kind: str
    first: int
    last: int


def announcements(text: View) -> Iterator[Announcement]:
    """For each word and kind the longest phrase that begins there."""
    words = text.words
    each = [tokens(word.text) for word in words]
    for first, word in enumerate(words):
        nodes: Sequence[_Node] = _opened(word.text)
        if not nodes:
            continue
        found: dict[str, int] = {}
        last = first
        while nodes:
            for node in nodes:
                for kind in node.kinds:
                    found[kind] = last
            last += 1
            if last == len(words):
                break
            nodes = [onward for t in each[last] for node in nodes for onward in node.next.get(t, ())]
            if nodes and not _JOINT.fullmatch(text.plain, words[last - 1].end, words[last].start):
                break
        yield from (Announcement(kind, first, last) for kind, last in found.items())


@lru_cache(maxsize=4096)
def tokens(form: str) -> tuple[str, ...]:
    """A word as it may stand in a phrase: by its letters, and by its sound in Greek."""
    if not form.isascii():
        return ("~" + greek_key(form),)
    return (form, *("~" + key for key in latin_keys(form))) if len(form) < 20 else (form,)


@lru_cache(maxsize=4096)
def _opened(form: str) -> tuple[_Node, ...]:
    """The places in the net behind a word that may begin a phrase."""
    return tuple(node for token in tokens(form) for node in _root().next.get(token, ()))


@cache
def _root() -> _Node:
    root = _Node()
    for language in LANGUAGES:
        for kind, listed in phrases(language).items():
            for phrase in listed:
                _enter(root, kind, phrase, greek=language == "el")
    return root


def _enter(root: _Node, kind: str, phrase: tuple[Slot, ...], *, greek: bool) -> None:
    here, before = [root], [root]
    for i, (forms, optional) in enumerate(phrase):
        node = _Node()
        for form in forms:
            _link(here, greek_key(form) if greek else form, node, greek=greek)
        if greek and i and root in before and not optional and not phrase[i - 1][1]:
            for head, tail in product(phrase[i - 1][0], forms):
                key = greek_key(head + tail)
                if len(head + tail) <= _JOINED and len(key) > max(len(greek_key(head)), len(greek_key(tail))) + 1:
                    _link([root], key, node, greek=True)
        before, here = here, [*here, node] if optional else [node]
    for node in here:
        if node is not root:
            node.kinds.append(kind)


def _link(nodes: list[_Node], form: str, to: _Node, *, greek: bool) -> None:
    for node in nodes:
        node.next.setdefault("~" + form if greek else form, []).append(to)
