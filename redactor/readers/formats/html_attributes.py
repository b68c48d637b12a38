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
    cellspacing char charset checked clear color cols colspan compact contenteditable controls coords
    crossorigin cx cy d datetime decoding default defer dir disabled draggable enctype face fill
    frameborder height hidden high hreflang hspace http-equiv inputmode itemprop itemscope itemtype
    kind lang language link loading loop low marginheight marginwidth maxlength media method
    minlength multiple muted noshade novalidate nowrap open optimum points preload preserveaspectratio
    property r readonly required rev role rows rowspan rules rx ry sandbox scope scrolling selected shape
    size sizes span spellcheck start step stroke style tabindex target text transform translate type
    valign version viewbox vlink vspace width wrap x x1 x2 xmlns y y1 y2"""
)
_IDENTIFIERS = _names("class for form headers id list rel slot usemap")
"""Whoever makes a page chooses them freely: a name, a number of a customer."""
_LIMITS = _names("max min pattern")
_BUILDING = _names(
    """about accordion account accounts action active add address admin afm age agent alert align alternate amka amount
    amphtml answer answers app apple archive area arrow article aside attachment attachments audio author auto avatar
    back badge banner bar base big birth blank block blog body bold bookmark border bordered bottom box brand
    breadcrumb btn button cancel canonical caption card carousel cart case category cell center chart chat checkout
    city clearfix client close code col collapse colophon color column comment comments company consent contact
    container content controls cookie cookies copy country county create custom customer customers cvc cvv danger dark
    dashboard data datatables date day default delete details dialog disabled divider dns dob document documents down
    download drop dropdown edit editor element email emails ember empty end entry error even expand external extra
    failure family faq feature features feed field fields fieldset file files fill filter first fixed flex float
    floating fluid font footer form forward full gallery gender given gmail graph grid group has head header heading
    help hero hidden hide highlight home horizontal hover http https iban icon icons image img inbox index info inline
    inner input invalid inverse invoice item items jumbotron justify key label lang large last layout lead left level
    license light line link links list loading locale login logo logon mail main manager manifest map mask masthead max
    media menu message messages middle min mobile modal modulepreload month moz ms msg mso muted name names nav navbar
    navigation new news next nofollow none noopener noreferrer normal note notes notice num number numbers odd office
    offset old open opener option options order orders original outer outline outlook overlay padding page pagination
    pane panel pass passwd password payment phone phones photo pin pingback player policy popup post postal postcode
    posts preconnect prefetch preload prev preview price primary privacy product products profile progress pwd qty
    quantity query question quote quoted radio react reader recipient recipients red ref reference register
    registration remove reply report reports reset result results right root round rounded row rows save screen scroll
    search secondary section select selected self sender sent session settings shadow shape shortcut show sidebar
    signature signin signup site size skip slide slider small sort sorting space spinner split start state static
    status step steps sticky street stretch striped style stylesheet sub subject submit success surname svg switch tab
    table tables tabs tag tags td tel telephone terms text th theme thumbnail ticket tile time title toggle token tool
    toolbar tooltip top total touch town truncate type unstyled update upload upper user username usernames valid
    vertical video view visible warning welcome white wide widget width wizard wp wrap wrapper xxl yahoo year zip"""
)
"""Words that only say how a page is built, and which fields it has."""
_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^\x00-\x7f]+")
_SHORT_PIECE = 2
_NAMES = re.compile(r"(?<![A-Za-z])[A-Z][a-z]+[-_][A-Z][a-z]+(?![A-Za-z])|(?i:pin|cvv|cvc)[-_][0-9]{3}")
"""In a class: two words with capitals, or a code. Whatever else frameworks call their classes is no name."""
_TELLING_LIMIT = re.compile(r"(?!9+\Z|10+\Z)[0-9]{4}|[^\W\d_]{3}")
"""Round limits (`9999`, `1000`) tell nothing."""
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
    if any(name in known for known in (_STRUCTURAL, _ADDRESSES, _TELLING_NAMES, _IDENTIFIERS, _LIMITS)):
        return False
    return name.startswith("on") or _COMPOSED_NAME.fullmatch(name) is None or re.search("[0-9]{4}", name) is not None


def is_structural(name: str, value: str) -> bool:
    """True for values that only say how the page is built; one that could tell more is a leaf all the same."""
    if name in _GEOMETRY and _COORDINATES.fullmatch(value):
        return True
    plain = _PLAIN.fullmatch(value) is not None and _TELLING.search(value) is None
    if name == "class":
        plain = plain and _NAMES.search(value) is None
    elif name in _IDENTIFIERS:
        plain = plain and all(
            len(piece) <= _SHORT_PIECE or piece.lower() in _BUILDING for piece in _PIECE.findall(value)
        )
    elif name in _LIMITS:
        plain = plain and _TELLING_LIMIT.search(value) is None
    elif name not in _STRUCTURAL:
        plain = False
    return plain or not value.strip()


def is_identifier(name: str, value: str) -> bool:
    """True for a value whose words are joined by signs or capitals, and are to be read apart."""
    return name in _IDENTIFIERS and _TELLING.search(value) is None


def is_aside(name: str) -> bool:
    """True for attributes that have nothing to do with the text beside them."""
    return name in _IDENTIFIERS or name in _LIMITS


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
