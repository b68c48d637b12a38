"""What to do for each reason for which an item was not done: one remedy for a family of reasons, in two languages.

docs/operate/README.md lists the same; a test compares both with the reasons that the code gives.
"""

from __future__ import annotations

from typing import Literal

Remedy = Literal[
    "file",
    "form",
    "access",
    "limit",
    "person",
    "space",
    "taken",
    "again",
    "install",
    "ours",
    "store",
    "heavy",
    "wait",
    "stays",
    "unsaid",
    "decide",
    "proof",
    "unguarded",
]

REMEDIES: dict[Remedy, dict[str, str]] = {
    "file": {
        "en": "Open the file with its own program. If it is broken there too, export it again; a new file is taken up "
        "in the next run by itself.",
        "el": "Ανοίξτε το αρχείο με το πρόγραμμά του. Αν και εκεί δεν ανοίγει, εξαγάγετέ το ξανά· το νέο αρχείο θα "
        "ληφθεί μόνο του στην επόμενη εκτέλεση.",
    },
    "form": {
        "en": "Convert the file to a supported form (see the table of formats in README.md), or exclude it with "
        "`ignore` in its store.",
        "el": "Μετατρέψτε το αρχείο σε υποστηριζόμενη μορφή (δείτε τον πίνακα μορφών στο README.md) ή εξαιρέστε το με "
        "`ignore` στο store του.",
    },
    "access": {
        "en": "Give the user of the job the right to read it, and replace links and unsafe names by plain files; then "
        "`redactor retry`.",
        "el": "Δώστε στον χρήστη της εργασίας δικαίωμα ανάγνωσης και αντικαταστήστε συνδέσμους και μη ασφαλή ονόματα "
        "με απλά αρχεία· έπειτα `redactor retry`.",
    },
    "limit": {
        "en": "It is beyond a limit of the policy. Split the file, or raise the limit that the message names; a "
        "changed policy is applied by itself.",
        "el": "Ξεπερνά ένα όριο της πολιτικής. Χωρίστε το αρχείο ή αυξήστε το όριο που αναφέρει το μήνυμα· η νέα "
        "πολιτική εφαρμόζεται μόνη της.",
    },
    "person": {
        "en": "It could not be proved free of personal data, so nothing was published. A person must look at it, "
        "redact it by hand or leave it out.",
        "el": "Δεν αποδείχθηκε ότι είναι χωρίς προσωπικά δεδομένα, γι' αυτό δεν δημοσιεύτηκε τίποτα. Πρέπει να το δει "
        "άνθρωπος και να το καλύψει με το χέρι ή να το αφήσει έξω.",
    },
    "space": {
        "en": "Make the output store writable: free space, permissions, a disk without errors. The next run tries "
        "again by itself.",
        "el": "Κάντε εγγράψιμο το store εξόδου: ελεύθερος χώρος, δικαιώματα, δίσκος χωρίς σφάλματα. Η επόμενη εκτέλεση "
        "δοκιμάζει ξανά μόνη της.",
    },
    "taken": {
        "en": "Something else stands in the place of the output. Move it away, or choose another `[names] template` or "
        "output.",
        "el": "Κάτι άλλο βρίσκεται στη θέση της εξόδου. Μετακινήστε το ή επιλέξτε άλλο `[names] template` ή άλλη "
        "έξοδο.",
    },
    "again": {
        "en": "An engine failed on this file. The next run tries again by itself; if it fails twice, treat the file as "
        "broken and report the reason.",
        "el": "Μια μηχανή απέτυχε σε αυτό το αρχείο. Η επόμενη εκτέλεση δοκιμάζει ξανά μόνη της· αν αποτύχει δύο "
        "φορές, θεωρήστε το αρχείο χαλασμένο και αναφέρετε τον λόγο.",
    },
    "install": {
        "en": "Something is missing on this machine or in its policy. `redactor doctor` says what and how to get it; "
        "the next run tries again by itself.",
        "el": "Κάτι λείπει από αυτό το μηχάνημα ή από την πολιτική του. Το `redactor doctor` λέει τι και πώς "
        "αποκτάται· η επόμενη εκτέλεση δοκιμάζει ξανά μόνη της.",
    },
    "ours": {
        "en": "A check of the output itself failed, and nothing was published. Report the reason and the version; keep "
        "the original.",
        "el": "Απέτυχε έλεγχος της ίδιας της εξόδου και δεν δημοσιεύτηκε τίποτα. Αναφέρετε τον λόγο και την έκδοση· "
        "κρατήστε το πρωτότυπο.",
    },
    "store": {
        "en": "The store did not answer as it should. Check its address, its keys and the network; the next run goes "
        "on where this one stopped.",
        "el": "Το store δεν απάντησε όπως έπρεπε. Ελέγξτε διεύθυνση, κλειδιά και δίκτυο· η επόμενη εκτέλεση συνεχίζει "
        "από εκεί που σταμάτησε αυτή.",
    },
    "heavy": {
        "en": "Its child process died or was stopped, alone and twice. Look at the file; if it is sound, raise the "
        "limits in `[run]`, then `redactor retry`.",
        "el": "Η διεργασία του τερματίστηκε, μόνη της και δύο φορές. Δείτε το αρχείο· αν είναι σωστό, αυξήστε τα όρια "
        "στο `[run]` και έπειτα `redactor retry`.",
    },
    "proof": {
        "en": "Stop: let nothing more be written or deleted, keep the file as it is, and compare it with its last copy "
        "and with the anchors that are kept elsewhere; `redactor audit verify` names the entry.",
        "el": "Σταματήστε: μην επιτρέψετε άλλη εγγραφή ή διαγραφή, κρατήστε το αρχείο όπως είναι και συγκρίνετέ το με "
        "το τελευταίο αντίγραφο και με τα anchors που φυλάσσονται αλλού· το `redactor audit verify` λέει την εγγραφή.",
    },
    "unguarded": {
        "en": "Somebody changed the ledger's table. Keep the file as it is, and find out who did it and why; compare "
        "the entries with the last copy, then go on with that copy.",
        "el": "Κάποιος άλλαξε τον πίνακα του μητρώου. Κρατήστε το αρχείο όπως είναι και βρείτε ποιος και γιατί· "
        "συγκρίνετε τις εγγραφές με το τελευταίο αντίγραφο και συνεχίστε με εκείνο.",
    },
    "wait": {
        "en": "Nothing: the next run takes it up by itself.",
        "el": "Τίποτα: η επόμενη εκτέλεση το αναλαμβάνει μόνη της.",
    },
    "stays": {
        "en": "Nothing of it was deleted that the reason protects. Mend what the message names, then look at "
        "`redactor retention plan` and apply again.",
        "el": "Δεν διαγράφηκε τίποτα από όσα προστατεύει ο λόγος. Διορθώστε ό,τι αναφέρει το μήνυμα, δείτε το "
        "`redactor retention plan` και εφαρμόστε ξανά.",
    },
    "unsaid": {
        "en": "It stays, because something is not known: tell it in the manifest or in the configuration; "
        "`redactor retention plan` says what.",
        "el": "Μένει, επειδή κάτι δεν είναι γνωστό: δηλώστε το στο manifest ή στις ρυθμίσεις· το "
        "`redactor retention plan` λέει τι.",
    },
    "decide": {
        "en": "It stays until a person decides: end the hold, mend the rule, or redact it by hand or leave it out; "
        "`redactor retention plan` names hold and rule.",
        "el": "Μένει ώσπου να αποφασίσει άνθρωπος: άρετε τη δέσμευση, διορθώστε τον κανόνα, ή καλύψτε το με το χέρι ή "
        "αφήστε το έξω· το `redactor retention plan` ονομάζει δέσμευση και κανόνα.",
    },
}

_FAMILIES: dict[Remedy, str] = {
    "file": "EMPTY_FILE UNREADABLE TRUNCATED NO_AUDIO NO_FRAMES NO_PICTURES NO_PAGES NOT_HTML NOT_JSON DUPLICATE_KEY "
    "NOT_MAIL NOT_SRT NOT_TEXT NOT_VTT SIZE_CHANGES MEDIA PASSWORD TOO_DEEP MANIFEST_LINES MANIFEST_UNREADABLE",
    "form": "UNKNOWN_TYPE UNKNOWN_FORMAT UNSUPPORTED_TYPE UNSUPPORTED_CODEC UNSUPPORTED_FORMAT UNSUPPORTED_SIZE "
    "NO_SECOND_LOOK SEVERAL_STREAMS ANIMATED NOT_ENCODABLE OUTPUT_TOO_LARGE KIND_DIFFERS",
    "access": "NO_ACCESS NOT_A_FILE LINK_LEAVES_FOLDER LINK_TO_FOLDER UNSAFE_NAME NO_NAME LINK_NOT_FOLLOWED",
    "limit": "FILE_TOO_LARGE PICTURE_TOO_LARGE TOO_LARGE TOO_LONG TOO_MANY_PAGES TOO_COSTLY "
    "PATTERN_TIMEOUT RULE_TOO_SLOW",
    "person": "STILL_FOUND WITNESSED NO_SPEECH NO_WORDS UNREAD_SPEECH UNSURE_WORDS SECOND_READING_SHORT "
    "TRANSCRIPT_LEFT WITHHELD VALUE_LEFT TRACE_LEFT SOURCE_MISSING COVER_DOES_NOT_COVER",
    "space": "OUTPUT_FULL OUTPUT_NOT_WRITABLE OUTPUT_FAILED WRITE_FAILED ENCODE_FAILED",
    "taken": "OUTPUT_EXISTS OUTPUT_TAKEN OUTPUT_IS_SOURCE SAME_FILE",
    "again": "ASR_FAILED OCR_FAILED CODES_FAILED ANONYMIZER BOX_OUTSIDE ENGINE INTERNAL REDACTOR SCRIPT_ENDED "
    "ACTOR_LOST",
    "install": "MISSING_ENGINE MODELS MODEL_CHANGED BAD_MODEL FACE_MODEL NAME_MODEL NO_BEAUTIFULSOUP NO_CATALOGUE "
    "NO_ENGINE NO_FFMPEG NO_MODEL NO_FONT NO_NAME_MODEL NO_ONNXRUNTIME NO_PRESIDIO NO_TINYTAG NO_TOKENIZERS "
    "POLICY TEXT_MODEL CHILD_NOT_STARTED NO_CLUSTER LEDGER_NEWER "
    "CLIENT_UNFIT JURISDICTION KEY_DAMAGED KEY_GONE KEYS_UNUSABLE SEALED",
    "ours": "BAD_DRAFT DRAFT_UNREADABLE FORM_CHANGED MASK_MISSING METADATA METADATA_LEFT NOT_COVERED NO_PLACE "
    "OUTSIDE_PICTURE OUT_OF_RANGE PICTURE_CHANGED SIZE_CHANGED SOUND_CHANGED TEXT_CHANGED TRANSCRIPT_DIFFERS "
    "UNCHANGED WRONG_REGION DIGEST_DIFFERS SIDECAR_DAMAGED "
    "NO_OUTPUT NO_ROW OUT_OF_STEP CONTAINER_CARRIES",
    "proof": "CHAIN_BROKEN LEDGER_CUT LEDGER_REWRITTEN LEDGER_DAMAGED ANCHORS_GONE ANCHORS_MOVED ANCHOR_DAMAGED "
    "ANCHOR_FOREIGN ANCHOR_FORGED CERTIFICATE_FORGED ROW_UNPROVED",
    "unguarded": "LEDGER_UNGUARDED",
    "store": "STORE STORE_DOWN STORE_TRUNCATED STORE_DENIED STORE_DIFFERS DRAFT_GONE LEDGER "
    "STORE_CHANGED STORE_GONE STORE_LEFT STORE_NONSENSE STORE_UNKNOWN",
    "heavy": "CHILD_DIED HUNG STALLED CRASHED GARBLED OUT_OF_MEMORY",
    "stays": "REPLACED COPY_DAMAGED NO_COPY NOT_PUBLISHED NOT_DUE NOT_OURS ALREADY_GONE ORIGINAL_STANDS "
    "HARD_LINKS OBJECT_LOCKED STORE_KEPT STORE_EMPTY STORE_PARTLY NO_STORE CLOCK_BACK PLAN_CHANGED",
    "wait": "CHANGED INTERRUPTED BUSY LEASE_LOST GONE MOVED",
    "unsaid": "CLIENT_UNKNOWN PURPOSE_UNKNOWN JURISDICTION_UNKNOWN DATE_MISSING DATE_UNREADABLE EVENT_PENDING",
    "decide": "HELD CARD_CODE_HELD LAWS_CONFLICT MINOR_AND_LAW ERASURE_AND_LAW NO_VERIFIED_COPY ORIGINAL_STAYS "
    "NOT_RELEASED",
}

REASONS: dict[str, Remedy] = {reason: remedy for remedy, names in _FAMILIES.items() for reason in names.split()}
"""The remedy of each reason."""


def remedy_of(reason: str, language: str) -> str:
    """One or two sentences that say what to do; empty for a reason that is not known, whose message has to do."""
    remedy = REASONS.get(reason)
    if remedy is None and reason.startswith("STORE_"):
        remedy = "store"
    return REMEDIES[remedy][language] if remedy else ""


def waits_for_retry(reason: str) -> bool:
    """True when mending it changes neither file nor policy, so that only `redactor retry` says that it is mended."""
    return REASONS.get(reason, "wait" if reason.startswith("STORE_") else "access") in {"access", "heavy", "ours"}
