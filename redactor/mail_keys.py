"""Keys of e-mail addresses by their sound: "papadopoulos.g85@gmail.com" is said "παπαδόπουλος τελεία γάμμα ογδόντα
πέντε παπάκι τζιμέιλ τελεία κομ", and recognition writes it in either script.
"""

from __future__ import annotations

import re
from functools import cache

from redactor.normalize import fold, folded
from redactor.recognizers.greeklish import greek_key, latin_keys
from redactor.recognizers.labels import LANGUAGES, table
from redactor.recognizers.number_words import numbers, tokens
from redactor.recognizers.sound import sound

_ADDRESS = re.compile(r"([a-z0-9][a-z0-9._%+\-]*) ?@ ?([a-z0-9][a-z0-9\-]*(?:\.[a-z0-9\-]+)+)")
_PIECE = re.compile(r"[a-z]+|\d+")
_PROVIDERS = {
    "gmail": "gmail g_mail τζιμέιλ τζι_μέιλ", "hotmail": "hotmail hot_mail χοτμέιλ χοτ_μέιλ", "yahoo": "yahoo γιαχού",
    "outlook": "outlook out_look άουτλουκ άουτ_λουκ", "otenet": "otenet οτενέτ", "forthnet": "forthnet φόρθνετ",
}  # fmt: skip
_LEFT_OUT = frozenset({"dot", "joiner", "start"})


def written(text: str) -> list[str]:
    """The addresses in a text, folded."""
    return [f"{local}@{domain}" for local, domain in _ADDRESS.findall(folded(text))]


def of_written(address: str) -> frozenset[str]:
    """The keys by sound of a folded address."""
    local, _, domain = address.partition("@")
    return _joined(_PIECE.findall(local), domain.partition(".")[0])


def of_spoken(text: str) -> frozenset[str]:
    """The keys by sound of an address that is said in `text`; none when there is no "at" in it."""
    plain = fold(text).text
    found = tokens(plain)
    kinds = [_kinds().get(sound(token.text), frozenset()) if token.text.isalpha() else frozenset() for token in found]
    at = next(
        (i for i, (one, token) in enumerate(zip(kinds, found, strict=True)) if "at" in one or token.text == "at"), 0
    )
    if not 0 < at < len(found) - 1:
        return frozenset()
    said = {number.first: number for number in numbers(plain, found)}
    local: list[str] = []
    i = 0
    while i < at:
        if (number := said.get(i)) and number.last < at and number.value == int(number.value):
            local.append(str(int(number.value)))
            i = number.last
        elif not kinds[i] & _LEFT_OUT:
            local.append(_letters().get(sound(found[i].text), found[i].text))
        i += 1
    behind = [token.text for token in found[at + 1 : at + 3]]
    pair = _provider("_".join(behind))
    return _joined(local, pair or _provider(behind[0]) or behind[0])


def _joined(local: list[str], domain: str) -> frozenset[str]:
    found = {""}
    for piece in local:
        forms = (piece,) if piece.isdigit() else latin_keys(piece) if piece.isascii() else (greek_key(piece),)
        found = {before + form for before in found for form in forms}
        if len(found) > 16:
            break
    there = (domain,) if domain in _PROVIDERS else latin_keys(domain) if domain.isascii() else (greek_key(domain),)
    return frozenset(f"{one}@{host}" for one in found for host in there if one)


def _provider(words: str) -> str:
    key = "_".join(sound(word) for word in words.split("_"))
    return next((name for name, forms in _known().items() if key in forms), "")


@cache
def _known() -> dict[str, frozenset[str]]:
    return {
        name: frozenset("_".join(sound(word) for word in form.split("_")) for form in forms.split())
        for name, forms in _PROVIDERS.items()
    }


@cache
def _kinds() -> dict[str, frozenset[str]]:
    kinds: dict[str, frozenset[str]] = {}
    for language in LANGUAGES:
        for _, (kind, _slips, forms) in table(language, "spoken_mail.tsv"):
            for form in forms.split():
                kinds[sound(form)] = kinds.get(sound(form), frozenset()) | {kind}
    return kinds


@cache
def _letters() -> dict[str, str]:
    """Sound of the name of a letter -> the letter, as it is typed in an address."""
    letters: dict[str, str] = {}
    for _, (kind, letter, forms) in table("el", "spoken.tsv"):
        if kind == "letter":
            for form in forms.split():
                letters.setdefault(sound(form), (latin_keys(folded(letter)) or (greek_key(folded(letter)),))[0])
    return letters
