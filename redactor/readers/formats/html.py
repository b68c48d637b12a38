"""HTML: text and telling attributes are leaves; comments, scripts, event handlers and embedded files do not stay.

The page is parsed by Beautiful Soup and written again from its tree, so what the parser did not see cannot survive. The
text of one block is read without breaks, however many inline elements it is cut into (see `html_reading`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redactor.errors import MediaError, MissingEngineError
from redactor.readers.formats import html_attributes as attributes
from redactor.readers.formats.charset import decode
from redactor.readers.formats.document import Composer, Template, verbatim
from redactor.readers.formats.html_reading import Reading

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_DOCTYPE = re.compile(
    r"html(?:\s+(?:public|system)\s+\"[A-Za-z0-9 ./:_-]{0,80}\"(?:\s+\"[A-Za-z0-9 ./:_-]{0,80}\")?)?", re.I
)
_OPEN_BREAK = re.compile(r"<(br|hr|wbr)\s*>", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}>")


def parse(data: bytes, declared: str | None = None) -> Template:
    """Read a page. Raises `MediaError` (`NOT_TEXT`, `TOO_DEEP`), `MissingEngineError` without beautifulsoup4."""
    if declared is None and (named := _DECLARED.search(data[:4096])):
        declared = named[1].decode("ascii")
    text, charset = decode(data, declared)
    walk = _Walk()
    try:
        walk.through(_tree(text))
    except RecursionError:
        raise MediaError("its elements are nested too deeply", reason="TOO_DEEP") from None
    return walk.composer.template(charset, errors="xmlcharrefreplace")


def _tree(text: str) -> BeautifulSoup:
    try:
        from bs4 import BeautifulSoup
        from bs4.exceptions import ParserRejectedMarkup
    except ImportError as error:
        message = "HTML needs beautifulsoup4; install it with: pip install redactor"
        raise MissingEngineError(message, reason="NO_BEAUTIFULSOUP") from error
    # The comment is dropped again; it keeps the parser from warning about short texts and XML.
    markup = "<!---->" + _closed(_DECLARATION.sub("", text))
    try:
        return BeautifulSoup(markup, "html.parser", multi_valued_attributes=None)
    except ParserRejectedMarkup:
        raise MediaError("its markup is broken", reason="NOT_HTML") from None


def _closed(text: str) -> str:
    """`text` with what opens and never closes made plain: the parser would look for the end again and again.

    It also looks through all open line breaks at each end tag, so these are closed.
    """
    end = text.rfind("-->") + 3 if "-->" in text else 0
    text = text[:end] + text[end:].replace("<!--", "&lt;!--")
    end = text.rfind(">") + 1
    text = text[:end] + text[end:].replace("<", "&lt;")
    return _OPEN_BREAK.sub(r"<\1/>", text)


class _Walk:
    """Writes the tree into a `Composer`, without recursion."""

    def __init__(self) -> None:
        self.composer = Composer()
        self._reading = Reading(self.composer)
        self._text: list[str] = []

    def through(self, soup: BeautifulSoup) -> None:
        """The whole tree."""
        from bs4 import Tag
        from bs4.element import Doctype, NavigableString, PreformattedString

        todo: list[object] = list(reversed(soup.contents))
        while todo:
            node = todo.pop()
            if isinstance(node, _End):
                self._flush()
                self._reading.close(node.name)
                self.composer.keep(f"</{node.name}>")
            elif isinstance(node, Tag):
                if node.name == "style":
                    self._style(node)
                elif node.name != "script":
                    if self._open(node):
                        todo.append(_End(node.name))
                    todo += reversed(node.contents)
            elif isinstance(node, Doctype):
                self._flush()
                self.composer.keep(f"<!DOCTYPE {node if _DOCTYPE.fullmatch(node) else 'html'}>")
            elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
                self._text.append(str(node))
        self._flush()
        self._reading.end()
        if not self.composer.parts:
            self.composer.keep("\n")

    def _open(self, tag: Tag) -> bool:
        """Write a start tag; True when an end tag must follow. Unknown elements are shown as the text they are."""
        if tag.name not in attributes.ELEMENTS:
            if re.fullmatch(r"[a-z]+(?:[:-][a-z]+)+", tag.name) is None:
                self._text.append(_as_text(tag))
            return False
        self._flush()
        self._reading.open(tag.name, _text_of(tag.get("colspan", "")))
        self.composer.keep(f"<{tag.name}")
        inline: dict[str, int] = {}
        for key, value in tag.attrs.items():
            text = _text_of(value)
            if attributes.goes(key, text):
                continue
            self.composer.keep(f" {key}")
            if not text:
                continue
            self.composer.keep('="')
            if attributes.is_structural(key, text):
                self.composer.keep(attributes.write_value(text))
            else:
                write = attributes.write_address if attributes.is_address(key) else attributes.write_value
                read = attributes.read_value(key, text)
                leaf = self.composer.leaf(read, attributes.write_value(text), write, None)
                if key in attributes.INLINE:
                    inline[key] = leaf
                elif attributes.is_aside(key):
                    self._reading.aside(leaf, parted=attributes.is_identifier(key, text))
                else:
                    self._reading.later(leaf)
            self.composer.keep('"')
        self.composer.keep(">")
        self._reading.inline([(key, inline[key]) for key in attributes.INLINE if key in inline])
        if tag.can_be_empty_element:
            self._reading.close(tag.name)
        return not tag.can_be_empty_element

    def _style(self, tag: Tag) -> None:
        css = tag.string or ""
        if attributes.style_goes(css):
            return
        self._flush()
        self.composer.keep("<style>")
        if attributes.style_stays(css):
            self.composer.keep(css)
        else:
            self._reading.later(self.composer.leaf(css, css, verbatim, None))
        self.composer.keep("</style>")

    def _flush(self) -> None:
        """Write the text between two tags: one leaf, whatever comments it was cut by."""
        text, pieces = "".join(self._text), len(self._text)
        self._text.clear()
        if not text.strip():
            if pieces > 1:
                text = "\n" if "\n" in text else " "
            self.composer.keep(attributes.write_text(text))
            self._reading.blank(text)
            return
        self._reading.read(self.composer.leaf(text, attributes.write_text(text), attributes.write_text, None))


@dataclass(frozen=True, slots=True)
class _End:
    """An end tag that is still to be written."""

    name: str


def _text_of(value: object) -> str:
    return value if isinstance(value, str) else ""


def _as_text(tag: Tag) -> str:
    inside = "".join(f' {key}="{_text_of(value)}"' if value else f" {key}" for key, value in tag.attrs.items())
    return f"<{tag.name}{inside}>"
