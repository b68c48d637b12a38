"""The words of the morning report in English and Greek, and how numbers, times and sizes are written in each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from redactor.nights import NEEDS, Morning

Language = Literal["en", "el"]

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "title": "The night",
        "well_all": "All {total} items are done.",
        "well_nothing": "There was nothing to do.",
        "look_some": "{needs} of {total} items need a person: {parts}.",
        "later_some": "{well} of {total} items are done; {later} are left for the next run.",
        "bad_down": "Store {stores} did not answer.",
        "bad_downs": "Stores {stores} did not answer.",
        "bad_broke": "The run broke off: {trouble}.",
        "bad_code": "exit code {code}",
        "ran": "ran {seconds}, from {began} to {ended}",
        "needs_you": "What needs you",
        "nothing_needs": "Nothing. No item waits for a person, and every store answered.",
        "down_since": "Store {name} has not answered since {since}",
        "down_do": "Its items stay in the queue; nothing of it was lost. The next run goes on by itself.",
        "what_to_do": "What to do",
        "said": "What it said",
        "try_again": "Then try again",
        "which": "Which",
        "and_more": "and {n} more",
        "in_stores": "in",
        "since_before": "from earlier nights",
        "was_done": "What was done",
        "held_head": "Held back until the release gate is met",
        "held_do": "What is missing, and what to do",
        "later_head": "What the next run takes up by itself",
        "client": "Client",
        "no_client": "without a client",
        "kind": "Kind",
        "items": "Items",
        "recorded": "Recorded",
        "size": "Size",
        "covered": "Covered",
        "need_person": "Need a person",
        "per_client": "By client",
        "per_kind": "By kind",
        "entities": "What was covered",
        "nothing_covered": "Nothing personal was found.",
        "minors": "Items in which a child under 13 is heard of or shown: {n}. See redactor retention plan.",
        "card_codes": "Items with a card's security code, which must not be kept: {n}.",
        "how_long": "How long it took",
        "stages": "Work by stage",
        "stages_note": "Sum over all workers, so it can be longer than the night.",
        "slowest": "Slowest items",
        "item": "Item",
        "store": "Store",
        "time": "Time",
        "trend": "The last nights",
        "trend_items": "Items done",
        "trend_needs": "Items that needed a person",
        "trend_seconds": "Length of the run",
        "trend_entities": "Values covered",
        "trend_first": "This is the first night; from the next on a trend stands here.",
        "least_most": "least {least}, most {most}",
        "tonight": "tonight",
        "details": "Details",
        "stores": "Stores and what the ledger holds of them",
        "state": "State",
        "answered": "answered",
        "no_answer": "no answer",
        "not_answered": "no answer since {since}",
        "run": "Run",
        "exit_code": "Exit code",
        "policy": "Policy",
        "version": "Version",
        "engines": "Engines",
        "gallery": "A look at what was published",
        "sealed": "{n} of them are encrypted, and are not shown here: redactor open writes copies to look at.",
        "not_shown": "{n} of them could not be shown: their files have changed, moved, or lie in a remote store.",
        "built_from": "This page was built from the ledger and the published outputs only; it names no original.",
        "done": "done",
        "unchanged": "unchanged",
        "moved": "moved or copied",
        "gone": "gone from the store",
        "refused": "refused",
        "quarantined": "quarantined",
        "failed": "failed",
        "still_refused": "refused earlier, unchanged",
        "interrupted": "interrupted",
        "waiting": "still being written",
        "left": "left, time was up",
        "audio": "calls",
        "image": "screens and pictures",
        "video": "videos",
        "text": "texts",
        "unknown": "of unknown kind",
        "shown_audio": "Calls",
        "shown_image": "Screens",
        "shown_video": "Videos",
        "shown_text": "Texts",
        "shown_nothing": "nothing personal was found",
        "shown_unchanged": "unchanged since an earlier run",
        "shown_before": "before: where words were read; coloured = personal",
        "shown_read": "what was read",
        "shown_after": "after",
        "shown_picture": "redacted picture",
        "shown_frame": "a redacted frame",
        "shown_channel": "channel",
        "exit_0": "everything is done",
        "exit_1": "something that should not happen",
        "exit_2": "the policy or the command line is wrong",
        "exit_3": "an engine, model or program is missing",
        "exit_6": "nothing could be published",
        "exit_7": "the ledger cannot be used, or another run is at work",
        "exit_8": "some items were not done",
        "exit_130": "the run was interrupted; everything published before stands",
    },
    "el": {
        "title": "Η νύχτα",
        "well_all": "Ολοκληρώθηκαν και τα {total} στοιχεία.",
        "well_nothing": "Δεν υπήρχε τίποτα να γίνει.",
        "look_some": "{needs} από τα {total} στοιχεία χρειάζονται άνθρωπο: {parts}.",
        "later_some": "Ολοκληρώθηκαν {well} από τα {total} στοιχεία· {later} μένουν για την επόμενη εκτέλεση.",
        "bad_down": "Το store {stores} δεν απάντησε.",
        "bad_downs": "Τα stores {stores} δεν απάντησαν.",
        "bad_broke": "Η εκτέλεση διακόπηκε: {trouble}.",
        "bad_code": "κωδικός εξόδου {code}",
        "ran": "διάρκεια {seconds}, από {began} έως {ended}",
        "needs_you": "Τι χρειάζεται εσάς",
        "nothing_needs": "Τίποτα. Κανένα στοιχείο δεν περιμένει άνθρωπο και όλα τα stores απάντησαν.",
        "down_since": "Το store {name} δεν απαντά από τις {since}",
        "down_do": "Τα στοιχεία του μένουν στην ουρά· δεν χάθηκε τίποτα. Η επόμενη εκτέλεση συνεχίζει μόνη της.",
        "what_to_do": "Τι να κάνετε",
        "said": "Τι είπε",
        "try_again": "Έπειτα δοκιμάστε ξανά",
        "which": "Ποια",
        "and_more": "και {n} ακόμη",
        "in_stores": "σε",
        "since_before": "από προηγούμενες νύχτες",
        "was_done": "Τι έγινε",
        "held_head": "Κρατούνται ώσπου να ικανοποιηθεί η πύλη αποδέσμευσης",
        "held_do": "Τι λείπει και τι να κάνετε",
        "later_head": "Τι αναλαμβάνει μόνη της η επόμενη εκτέλεση",
        "client": "Πελάτης",
        "no_client": "χωρίς πελάτη",
        "kind": "Είδος",
        "items": "Στοιχεία",
        "recorded": "Ηχογραφημένα",
        "size": "Μέγεθος",
        "covered": "Καλύφθηκαν",
        "need_person": "Χρειάζονται άνθρωπο",
        "per_client": "Ανά πελάτη",
        "per_kind": "Ανά είδος",
        "entities": "Τι καλύφθηκε",
        "nothing_covered": "Δεν βρέθηκε τίποτα προσωπικό.",
        "minors": "Στοιχεία όπου γίνεται λόγος για παιδί κάτω των 13: {n}. Δείτε redactor retention plan.",
        "card_codes": "Στοιχεία με κωδικό ασφαλείας κάρτας, που δεν επιτρέπεται να τηρείται: {n}.",
        "how_long": "Πόσο διήρκεσε",
        "stages": "Εργασία ανά στάδιο",
        "stages_note": "Άθροισμα όλων των εργατών, γι' αυτό μπορεί να ξεπερνά τη νύχτα.",
        "slowest": "Τα πιο αργά στοιχεία",
        "item": "Στοιχείο",
        "store": "Store",
        "time": "Χρόνος",
        "trend": "Οι τελευταίες νύχτες",
        "trend_items": "Στοιχεία που ολοκληρώθηκαν",
        "trend_needs": "Στοιχεία που χρειάστηκαν άνθρωπο",
        "trend_seconds": "Διάρκεια εκτέλεσης",
        "trend_entities": "Τιμές που καλύφθηκαν",
        "trend_first": "Αυτή είναι η πρώτη νύχτα· από την επόμενη θα φαίνεται εδώ η τάση.",
        "least_most": "ελάχιστο {least}, μέγιστο {most}",
        "tonight": "απόψε",
        "details": "Λεπτομέρειες",
        "stores": "Τα stores και τι κρατά γι' αυτά το ημερολόγιο",
        "state": "Κατάσταση",
        "answered": "απάντησε",
        "no_answer": "δεν απάντησε",
        "not_answered": "δεν απαντά από τις {since}",
        "run": "Εκτέλεση",
        "exit_code": "Κωδικός εξόδου",
        "policy": "Πολιτική",
        "version": "Έκδοση",
        "engines": "Μηχανές",
        "gallery": "Μια ματιά σε όσα δημοσιεύτηκαν",
        "sealed": "{n} από αυτά είναι κρυπτογραφημένα και δεν εμφανίζονται εδώ: το redactor open γράφει αντίγραφα.",
        "not_shown": "{n} από αυτά δεν εμφανίζονται: τα αρχεία άλλαξαν, μετακινήθηκαν ή είναι σε μακρινό store.",
        "built_from": "Η σελίδα έγινε μόνο από το ημερολόγιο και τα δημοσιευμένα· δεν κατονομάζει κανένα πρωτότυπο.",
        "done": "ολοκληρώθηκαν",
        "unchanged": "αμετάβλητα",
        "moved": "μετακινήθηκαν ή αντιγράφηκαν",
        "gone": "έφυγαν από το store",
        "refused": "απορρίφθηκαν",
        "quarantined": "σε καραντίνα",
        "failed": "απέτυχαν",
        "still_refused": "απορρίφθηκαν παλαιότερα και δεν άλλαξαν",
        "interrupted": "διακόπηκαν",
        "waiting": "γράφονται ακόμη",
        "left": "έμειναν, τελείωσε ο χρόνος",
        "audio": "κλήσεις",
        "image": "οθόνες και εικόνες",
        "video": "βίντεο",
        "text": "κείμενα",
        "unknown": "άγνωστου είδους",
        "shown_audio": "Κλήσεις",
        "shown_image": "Οθόνες",
        "shown_video": "Βίντεο",
        "shown_text": "Κείμενα",
        "shown_nothing": "δεν βρέθηκε τίποτα προσωπικό",
        "shown_unchanged": "αμετάβλητο από προηγούμενη εκτέλεση",
        "shown_before": "πριν: πού διαβάστηκαν λέξεις· χρωματιστές = προσωπικές",
        "shown_read": "τι διαβάστηκε",
        "shown_after": "μετά",
        "shown_picture": "η εικόνα με καλυμμένα τα προσωπικά",
        "shown_frame": "ένα καρέ με καλυμμένα τα προσωπικά",
        "shown_channel": "κανάλι",
        "exit_0": "όλα ολοκληρώθηκαν",
        "exit_1": "κάτι που δεν έπρεπε να συμβεί",
        "exit_2": "λάθος στην πολιτική ή στη γραμμή εντολών",
        "exit_3": "λείπει μηχανή, μοντέλο ή πρόγραμμα",
        "exit_6": "δεν μπόρεσε να δημοσιευτεί τίποτα",
        "exit_7": "το ημερολόγιο δεν είναι διαθέσιμο ή εργάζεται άλλη εκτέλεση",
        "exit_8": "κάποια στοιχεία δεν ολοκληρώθηκαν",
        "exit_130": "η εκτέλεση διακόπηκε· όσα είχαν δημοσιευτεί ισχύουν",
    },
}

_UNITS: dict[Language, tuple[str, str, str]] = {"en": ("h", "min", "s"), "el": ("ώρ.", "λεπ.", "δευτ.")}
_SIZES = ("B", "kB", "MB", "GB", "TB")


def verdict(morning: Morning, language: Language) -> str:
    """The night in one or two sentences."""
    words = WORDS[language]
    said = []
    if morning.trouble or (morning.level == "bad" and not morning.down):
        trouble = morning.trouble.rstrip(". ") or words["bad_code"].format(code=morning.exit_code)
        said.append(words["bad_broke"].format(trouble=trouble))
    if morning.down:
        key = "bad_down" if len(morning.down) == 1 else "bad_downs"
        said.append(words[key].format(stores=", ".join(store.name for store in morning.down)))
    total, later = number(morning.total, language), number(morning.later, language)
    if morning.needs:
        parts = [f"{number(morning.outcomes[o], language)} {words[o]}" for o in NEEDS if morning.outcomes[o]]
        needs = number(morning.needs, language)
        said.append(words["look_some"].format(needs=needs, total=total, parts=", ".join(parts)))
    elif morning.later:
        well = number(morning.total - morning.later, language)
        said.append(words["later_some"].format(well=well, total=total, later=later))
    elif not said:
        said.append(words["well_all"].format(total=total) if morning.total else words["well_nothing"])
    return " ".join(said)


def number(value: float, language: Language) -> str:
    """`1,203` in English, `1.203` in Greek."""
    return f"{value:,.0f}".replace(",", "." if language == "el" else ",")


def duration(seconds: float, language: Language) -> str:
    """`3 h 12 min`, `4 min 5 s`, `2.5 s`."""
    h, m, s = _UNITS[language]
    if seconds < 9.95:
        shown = f"{seconds:.1f}"
        return f"{shown.replace('.', ',') if language == 'el' else shown} {s}"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} {s}"
    if whole < 3600:
        return f"{whole // 60} {m} {whole % 60} {s}"
    return f"{number(whole // 3600, language)} {h} {whole % 3600 // 60} {m}"


def size(count: float, language: Language) -> str:
    """Bytes as `1.2 GB` (powers of 1000)."""
    unit = 0
    while count >= 999.5 and unit < len(_SIZES) - 1:
        count, unit = count / 1000, unit + 1
    shown = f"{count:.1f}" if unit and count < 99.95 else f"{count:.0f}"
    return f"{shown.replace('.', ',') if language == 'el' else shown} {_SIZES[unit]}"


def moment(stamp: str, _language: Language) -> str:
    """`2026-11-28 02:14 UTC` of an ISO 8601 time; what is none is shown as it is."""
    try:
        parsed = datetime.fromisoformat(stamp)
    except ValueError:
        return stamp
    return (parsed.astimezone(UTC) if parsed.tzinfo else parsed).strftime("%Y-%m-%d %H:%M UTC")
