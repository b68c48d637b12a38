"""IOB2: a token per line, its label in the last column; sentences are parted by empty lines.

A document begins at `-DOCSTART-` or at a comment `# id = NAME` (also `# newdoc id = NAME`, `# id: NAME`); without
either the file is one document, named after it. Its text is the tokens joined by blanks and the sentences joined by
line breaks: that is the text that must have been redacted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from redactor.evaluation.gold import TextDatum, TextGold
from redactor.evaluation.reading import Source
from redactor.evaluation.schemes import ours
from redactor.regions import Span

_ID = re.compile(r"^#\s*(?:newdoc\s+)?id\s*[=:]?\s*(\S+)\s*$", re.IGNORECASE)
_LABEL = re.compile(r"^(?:O|[BI]-(.+))$")


@dataclass(slots=True)
class _Document:
    """A document while its lines are read."""

    item: str
    text: str = field(default="", repr=False)
    gap: str = ""
    spans: list[tuple[str, int, int]] = field(default_factory=list)
    inside: str = ""
    """Type of the datum that the last token belongs to; empty outside."""

    def add(self, token: str, label: str, begins: bool) -> None:
        """The next token; an `I-` that continues nothing begins a datum, so that none is lost."""
        start = len(self.text) + len(self.gap)
        self.text += self.gap + token
        self.gap = " "
        if label and label == self.inside and not begins:
            self.spans[-1] = (label, self.spans[-1][1], len(self.text))
        elif label:
            self.spans.append((label, start, len(self.text)))
        self.inside = label

    def sentence(self) -> None:
        """An empty line."""
        self.gap, self.inside = "\n" if self.text else "", ""

    def gold(self, source: Source) -> TextGold:
        """What it came to."""
        data = tuple(TextDatum(ours(kind), Span(start, end), self.text[start:end]) for kind, start, end in self.spans)
        return TextGold(source.origin(self.item, {}), self.text, data)


def read(source: Source) -> Iterator[TextGold]:
    """The documents of a file; lines without a label are told and taken as outside."""
    text = source.text()
    document, count = _Document(source.path.stem), 0
    for number, line in enumerate((text or "").splitlines(), 1):
        named = _ID.match(line)
        if named or line.startswith("-DOCSTART-"):
            if document.text:
                yield document.gold(source)
                count += 1
            document = _Document(named[1] if named else f"{source.path.stem}-{count}")
        elif not line.strip():
            document.sentence()
        else:
            columns = line.split("\t") if "\t" in line else line.split()
            label = _LABEL.match(columns[-1].strip()) if len(columns) > 1 else None
            # A token may begin with "#"; a comment has no label.
            if label is None and line.startswith("# "):
                continue
            if label is None:
                source.bad("NO_LABEL", f"line {number}", "the last column is not O, B-TYPE or I-TYPE")
            document.add(
                columns[0].strip(), (label[1] or "") if label else "", columns[-1].startswith("B-") if label else False
            )
    if document.text:
        yield document.gold(source)
