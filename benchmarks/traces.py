"""Traces of removed values, caught in every form, and false alarms: `python -m benchmarks.traces GOLD`.

Each gold span becomes a placeholder; that text is right, and an alarm on it is false. Then the value of one span is put
back, in a form drawn at random, at its own place or behind a sentence, and must be found.
"""

from __future__ import annotations

import argparse
import json
import random
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.machine import keep
from benchmarks.markdown import percent, table
from redactor.removed import Removed
from redactor.sought import sought
from redactor.traces import Search, traces

SEED = 9
_SENTENCE = ". "
_GREEK = "αβγδεζηθικλμνξοπρσςτυφχψω"
_LATIN = ("a", "v", "g", "d", "e", "z", "i", "th", "i", *"klmnxoprssty", "f", "ch", "ps", "o")
_PHONETIC = dict(zip(_GREEK, _LATIN, strict=True))
_VISUAL = {**_PHONETIC, "η": "h", "ω": "w", "θ": "8", "χ": "x", "ξ": "ks", "β": "b", "υ": "u"}
_EL = ("μηδέν", "ένα", "δύο", "τρία", "τέσσερα", "πέντε", "έξι", "επτά", "οκτώ", "εννέα")
_EN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def main() -> None:
    """Measure on GOLD, print the tables, keep the figures in results/traces.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path, help="texts with the spans of personal data in them, JSON lines")
    parser.add_argument("--show", action="store_true", help="print what was missed and each alarm, gold too")
    parser.add_argument(
        "--outputs", action="store_true", help="search the outputs of redactor for what it took out, too"
    )
    parser.add_argument("--times", type=int, default=3, help="forms drawn for each span")
    arguments = parser.parse_args()
    lines = arguments.gold.read_text(encoding="utf-8").splitlines()
    gold = [json.loads(line) for line in lines if line.strip()]
    figures = {"documents": len(gold), **alarms(gold, show=arguments.show)}
    figures |= catches(gold, arguments.times, show=arguments.show)
    if arguments.outputs:
        figures["outputs"] = outputs(gold, show=arguments.show)
    figures["speed"] = speed()
    print(f"Documents with a false alarm: {figures['false_alarms']} of {len(gold)}", figures.get("outputs", ""))
    for split in ("by_form", "by_type"):
        rows = [[name, cell["tried"], percent(cell["rate"])] for name, cell in figures[split].items()]
        print("\n" + table([split.removeprefix("by_"), "put back", "found"], rows))
    print("\n", figures["speed"], keep("traces", {"gold": arguments.gold.stem, **figures}))


def alarms(gold: Sequence[Mapping[str, Any]], *, show: bool = False) -> dict[str, Any]:
    """False alarms on texts in which each gold span is a placeholder."""
    alarmed = 0
    for document in gold:
        text, values = _redacted(document)
        found = traces(text, values)
        alarmed += bool(found)
        for finding in found if show else ():
            around = text[max(0, finding.span.start - 40) : finding.span.end + 40]
            print(
                "alarm",
                document["id"],
                finding.entity_type,
                repr(text[finding.span.start : finding.span.end]),
                repr(around),
            )
    return {"false_alarms": alarmed, "false_alarm_rate": round(alarmed / len(gold), 4)}


def outputs(gold: Sequence[Mapping[str, Any]], *, show: bool = False) -> dict[str, Any]:
    """Alarms on what redactor itself writes: real leaks, or words that it took for values elsewhere only."""
    from redactor.library import Redactor

    redactor, alarmed, seconds, began = Redactor(), 0, 0.0, time.perf_counter()
    for document in gold:
        text = document["text"]
        redacted = redactor.redact_text(text)
        values = [Removed(text[f.span.start : f.span.end], f.entity_type, ()) for f in redacted.findings]
        before = time.perf_counter()
        found = traces(redacted.text, values)
        seconds += time.perf_counter() - before
        alarmed += bool(found)
        for finding in found if show else ():
            print("output", document["id"], finding.entity_type, repr(redacted.text[finding.span.start :][:40]))
    whole = time.perf_counter() - began
    return {"alarms": alarmed, "alarm_rate": round(alarmed / len(gold), 4), "share_of_time": round(seconds / whole, 4)}


def catches(gold: Sequence[Mapping[str, Any]], times: int, *, show: bool = False) -> dict[str, Any]:
    """What is found of values that were put back, by form and by type."""
    draw = random.Random(SEED)
    tried: dict[str, Counter[str]] = {"form": Counter(), "type": Counter()}
    found: dict[str, Counter[str]] = {"form": Counter(), "type": Counter()}
    unsought = 0
    for document in gold:
        text, values = _redacted(document)
        for value in values:
            if not list(sought([value])):
                unsought += 1
                continue
            forms = [name for name in FORMS if FORMS[name](value.text, value.entity_type)]
            for name in draw.choices(forms, k=times):
                written = FORMS[name](value.text, value.entity_type)
                at, again = _put_back(text, written, value.entity_type, draw)
                hit = any(f.span.start < at + len(written) and at < f.span.end for f in traces(again, values))
                for split, cell in (("form", name), ("type", value.entity_type)):
                    tried[split][cell] += 1
                    found[split][cell] += hit
                if show and not hit:
                    print("missed", document["id"], name, value.entity_type, repr(value.text), "->", repr(written))
    total, hits = sum(tried["form"].values()), sum(found["form"].values())
    figures: dict[str, Any] = {"put_back": total, "caught": round(hits / total, 4), "not_sought": unsought}
    for split, counts in tried.items():
        figures[f"by_{split}"] = {
            name: {"tried": count, "rate": round(found[split][name] / count, 4)} for name, count in counts.most_common()
        }
    return figures


def speed() -> dict[str, Any]:
    """Seconds of processor for a text of a million characters and 500 values, which are in none of its lines."""
    draw = random.Random(SEED)
    pool = [
        "σήμερα",
        "κάλεσα",
        "για",
        "το",
        "ραντεβού",
        "του",
        "λογαριασμού",
        "και",
        "πλήρωσα",
        "δέκα",
        "ευρώ",
        "the",
        "agent",
    ]
    pool += ["".join(draw.choices(_GREEK, k=draw.randint(4, 9))) for _ in range(10_000)]
    text = ""
    while len(text) < 1_000_000:
        text += " ".join(draw.choices(pool, k=2000)) + f" {draw.randrange(10**4)} {draw.randrange(10**6)}.\n"
    numbers = [Removed(str(draw.randrange(10**9, 10**10)), "PHONE_NUMBER", ()) for _ in range(250)]
    names = ["".join(draw.choices("αβγδεικλμνοπρσ", k=8)).capitalize() + "όπουλος" for _ in range(250)]
    values = [*numbers, *(Removed(f"Μαρία {name}", "PERSON", ()) for name in names)]
    began = time.process_time()
    search = Search(values)
    built = time.process_time()
    search.find(text[:1_000_000])
    return {
        "characters": 1_000_000,
        "values": len(values),
        "build_s": round(built - began, 2),
        "search_s": round(time.process_time() - built, 2),
    }


def _redacted(document: Mapping[str, Any]) -> tuple[str, list[Removed]]:
    text, out, at = document["text"], "", 0
    for span in sorted(document["pii"], key=lambda span: span["start"]):
        out += text[at : span["start"]] + f"[{span['type']}]"
        at = span["end"]
    values = [Removed(span["text"], span["type"], ()) for span in document["pii"]]
    return out + text[at:], values


def _put_back(text: str, written: str, entity_type: str, draw: random.Random) -> tuple[int, str]:
    places = [i for i in range(len(text)) if text.startswith(f"[{entity_type}]", i)]
    if draw.random() < 0.5 or not places:
        at = text.find(_SENTENCE) + 1 if _SENTENCE in text else len(text)
        return at + 1, f"{text[:at]} {written} {text[at:]}"
    at = draw.choice(places)
    return at, text[:at] + written + text[at + len(entity_type) + 2 :]


def _letters(text: str) -> bool:
    return any(char.isalpha() for char in text)


def _figures(text: str) -> str:
    """The digits of a value in figures; empty for one that has words."""
    return "" if _letters(text) else "".join(filter(str.isdigit, text))


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(char for char in plain if not unicodedata.combining(char)))


def _latin(text: str, letters: Mapping[str, str]) -> str:
    if text.isascii():
        return ""
    written = _bare(text).lower().replace("ου", "ou")
    return "".join(letters.get(char, char) for char in written)


def _said(text: str, words: Sequence[str]) -> str:
    return " ".join(words[int(digit)] for digit in _figures(text))


def _doubled(text: str) -> str:
    out, digits, at = [], _figures(text), 0
    while at < len(digits):
        twice = digits[at : at + 1] == digits[at + 1 : at + 2]
        out += ["double", _EN[int(digits[at])]] if twice else [_EN[int(digits[at])]]
        at += 1 + twice
    return " ".join(out)


def _spelled(text: str, entity_type: str) -> str:
    words = text.split()
    return "-".join(_bare(words[-1]).upper()) if entity_type == "PERSON" and words[-1].isalpha() else ""


def _mail_said(text: str, entity_type: str) -> str:
    if entity_type != "EMAIL_ADDRESS" or "@" not in text:
        return ""
    return text.replace("@", " παπάκι ").replace(".", " τελεία ").replace("_", " κάτω παύλα ").replace("-", " παύλα ")


FORMS: dict[str, Callable[[str, str], str]] = {
    "as it was": lambda text, _: text,
    "capitals without accents": lambda text, _: _bare(text).upper() if _letters(text) else "",
    "lower case": lambda text, _: text.lower() if _letters(text) else "",
    "decomposed": lambda text, _: unicodedata.normalize("NFD", text) if not text.isascii() else "",
    "phonetic Greeklish": lambda text, kind: _latin(text, _PHONETIC) if kind == "PERSON" else "",
    "visual Greeklish": lambda text, kind: _latin(text, _VISUAL) if kind == "PERSON" else "",
    "other order": lambda text, kind: " ".join(reversed(text.split())) if kind == "PERSON" and " " in text else "",
    "spelled": _spelled,
    "digits alone": lambda text, _: _figures(text),
    "digits apart": lambda text, _: " ".join(_figures(text)),
    "dotted by three": lambda text, _: ".".join(_figures(text)[i : i + 3] for i in range(0, len(_figures(text)), 3)),
    "over two lines": lambda text, _: f"{_figures(text)[:4]}\n{_figures(text)[4:]}" if _figures(text) else "",
    "said in Greek": lambda text, _: _said(text, _EL),
    "said in English": lambda text, _: _said(text, _EN),
    "said with double": lambda text, _: _doubled(text),
    "address said": _mail_said,
}

if __name__ == "__main__":
    main()
