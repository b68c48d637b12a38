"""Taking the figures of an item out of reports that were written before."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path

from redactor.boundary import strerror
from redactor.durable import write_whole
from redactor.errors import WithheldError

_FIGURE = re.compile(
    r'<section class="card" data-store="([^"]*)" data-item="([0-9a-f]{64})">.*?</section>\n?', re.DOTALL
)
"""A card of `gallery.html.j2`: what stands in it is escaped, so that no other section can end there."""
_UNNAMED = re.compile(r'<section class="card">\s*<div class="head"><h3><a href="([^"]*)">.*?</section>\n?', re.DOTALL)
"""A card of a report that an older version wrote: known by the copy that it links to."""


class Figures:
    """The figures of the report at a place, and of its copies under `runs/`; found once, when this is made."""

    def __init__(self, report: Path | None) -> None:
        self._report = report
        self._pages: dict[tuple[str, str], set[Path]] = defaultdict(set)
        self._unnamed: dict[str, set[Path]] = defaultdict(set)
        for page in _pages(report):
            text = _read(page)
            for match in _FIGURE.finditer(text):
                self._pages[match[1], match[2]].add(page)
            for match in _UNNAMED.finditer(text):
                self._unnamed[_copy(page, match)].add(page)

    def remove(self, store: str, item: str, copy: Path | None = None) -> int:
        """Take out the figures of an item, whose copy lies at `copy`; returns of how many pages.

        Raises `WithheldError` when a page cannot be written.
        """
        link = "" if copy is None else os.path.abspath(copy)  # noqa: PTH100 - links in it are not followed
        pages = self._pages.pop((store, item), set()) | self._unnamed.pop(link, set())
        return sum(_without(page, {(store, item)}, link) for page in sorted(pages))

    def sweep(self, gone: Iterable[tuple[str, str]]) -> int:
        """Look again, for reports that were written meanwhile; returns how many pages held figures of `gone`."""
        gone = set(gone)
        return sum(_without(page, gone) for page in _pages(self._report)) if gone else 0


def _pages(report: Path | None) -> Iterator[Path]:
    if report is None:
        return
    if report.is_dir() or not report.suffix:
        report = report / "report.html"
    report = report.with_suffix(".html")
    if report.is_file():
        yield report
    yield from sorted((report.parent / "runs").glob("*.html"))


def _read(page: Path) -> str:
    try:
        return page.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        # A page that is no UTF-8 is none of ours.
        return ""
    except OSError as error:
        message = f"a report cannot be read ({strerror(error)}), and may show what is to go; check its permissions"
        raise WithheldError(message, reason="NO_ACCESS") from None


def _without(page: Path, gone: set[tuple[str, str]], link: str = "") -> int:
    text = _read(page)
    kept = _FIGURE.sub(lambda match: "" if (match[1], match[2]) in gone else match[0], text)
    kept = _UNNAMED.sub(lambda match: "" if link and _copy(page, match) == link else match[0], kept)
    if kept == text:
        return 0
    write_whole(page, kept)
    return 1


def _copy(page: Path, match: re.Match[str]) -> str:
    """Where the copy lies that a card links to."""
    return os.path.abspath(page.parent / unescape(match[1]))  # noqa: PTH100 - links in it are not followed
