"""HTML names: which elements and attributes are known, which attributes stay, which are leaves and which go."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_to_bytes

from redactor.errors import MediaError
from redactor.readers.formats.charset import decode


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


INLINE = ("name", "placeholder", "alt", "content", "value")
"""Attributes that are read in the line of their element, in this order: a field's name stands before its value."""
ELEMENTS = _names(
    """a abbr acronym address applet area article aside audio b base basefont bdi bdo big blink blockquote body br
    button canvas caption center circle cite code col colgroup data datalist dd defs del desc details dfn dialog
    dir div dl dt ellipse em embed fieldset figcaption figure font footer form frame frameset g h1 h2 h3 h4 h5
    h6 head header hgroup hr html i iframe image img input ins kbd label legend li line link main map mark
    marquee math menu meta meter mi mn mo mrow nav nobr noembed noframes noscript object ol optgroup option
    output p param path picture plaintext polygon polyline pre progress q rect rp rt ruby s samp script search
    section select slot small source span strike strong style sub summary sup svg symbol table tbody td template
    text textarea tfoot th thead time title tr track tspan tt u ul use var video wbr xmp"""
)
_ADDRESSES = _names(
    "href src srcset action formaction cite background poster longdesc data xlink:href manifest archive codebase"
)
_STRUCTURAL = _names(
    """accept accept-charset align allow allowfullscreen async autocomplete autofocus axis bgcolor border cellpadding
    cellspacing char charset checked class clear color cols colspan compact contenteditable controls coords
    crossorigin cx cy d datetime decoding default defer dir disabled draggable enctype face fill for form
    frameborder headers height hidden high hreflang hspace http-equiv id inputmode itemprop itemscope itemtype
    kind lang language link list loading loop low marginheight marginwidth max maxlength media method min
    minlength multiple muted noshade novalidate nowrap open optimum pattern points preload preserveaspectratio
    property r readonly rel required rev role rows rowspan rules rx ry sandbox scope scrolling selected shape
    size sizes slot span spellcheck start step stroke style tabindex target text transform translate type usemap
    valign version viewbox vlink vspace width wrap x x1 x2 xmlns y y1 y2"""
)
_TELLING_NAMES = _names("title label abbr summary alt value content name placeholder")
_PLAIN = re.compile(r"[ -~\s]*")
_TELLING = re.compile(r"@|[\"'\\]|url\(|/\*|(?:[0-9][ .-]?){7}", re.IGNORECASE)
_GEOMETRY = frozenset({"d", "points", "viewbox", "transform", "coords"})
_COORDINATES = re.compile(r"(?:[\s\d.,()+-]|[a-z](?![a-z])|translate|rotate|scale|matrix|skew[xy])*", re.IGNORECASE)
_ACTIVE = re.compile(r"[\s\x00-\x20]*(?:javascript|vbscript|data):", re.IGNORECASE)
_HIDING_STYLE = re.compile(r"\\|data:|<", re.IGNORECASE)
_COMPOSED_NAME = re.compile(r"[a-z_]+(?:[:-][a-z0-9_.]+)+")
_SAFE = "/:?#[]@!$&'()*+,;=-._~<>{}|\\^`\" "


def goes(name: str, value: str) -> bool:
    """True for what must not stay: event handlers, scripts, embedded files, and names that could be data themselves."""
    if _ACTIVE.match(value) or (name in {"srcset", "style"} and "data:" in value.lower()):
        return True
    if name in _STRUCTURAL or name in _ADDRESSES or name in _TELLING_NAMES:
        return False
    return name.startswith("on") or _COMPOSED_NAME.fullmatch(name) is None or re.search("[0-9]{4}", name) is not None


def is_structural(name: str, value: str) -> bool:
    """True for values that only say how the page is built; one that could tell more is a leaf all the same."""
    if name in _GEOMETRY and _COORDINATES.fullmatch(value):
        return True
    plain = _PLAIN.fullmatch(value) is not None and _TELLING.search(value) is None
    return not value.strip() or (name in _STRUCTURAL and plain)


def style_stays(css: str) -> bool:
    """True for a style sheet without strings, comments, addresses or long numbers."""
    return _PLAIN.fullmatch(css) is not None and _TELLING.search(css) is None and "<" not in css


def style_goes(css: str) -> bool:
    """True for a style sheet in which escapes or embedded files could hide something."""
    return _HIDING_STYLE.search(css) is not None


def read_value(name: str, value: str) -> str:
    """What a person reads: percent-encoded addresses are decoded."""
    if name not in _ADDRESSES or "%" not in value:
        return value
    try:
        return decode(unquote_to_bytes(value))[0]
    except MediaError:
        return value


def write_value(text: str) -> str:
    """A value between double quotes."""
    return write_text(text).replace('"', "&quot;")


def write_address(text: str) -> str:
    """An address between double quotes, percent-encoded where it must be."""
    return write_value(quote(text, safe=_SAFE))


def write_text(text: str) -> str:
    """Text between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def is_address(name: str) -> bool:
    """True for attributes that hold an address."""
    return name in _ADDRESSES
