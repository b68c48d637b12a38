"""The words of certificates, the inventory and incident reports, in English and Greek."""

from __future__ import annotations

from redactor.words import Language

ACTIONS: dict[Language, dict[str, str]] = {
    "en": {
        "deidentify": "original removed, de-identified copy kept",
        "erase": "original removed",
        "destroy": "original, copy and all that was derived removed",
        "": "not told",
    },
    "el": {
        "deidentify": "αφαίρεση πρωτοτύπου, διατήρηση αποπροσωποποιημένου αντιγράφου",
        "erase": "αφαίρεση πρωτοτύπου",
        "destroy": "αφαίρεση πρωτοτύπου, αντιγράφου και όλων των παραγώγων",
        "": "δεν αναφέρεται",
    },
}
LEVELS_EL = {
    "deleted (versions are the store's)": "διαγραφή (εκδόσεις κατά το store)",
    "deleted": "διαγραφή",
    "overwritten (best effort)": "αντικατάσταση bytes (κατά το δυνατόν)",
    "deleted, all versions": "διαγραφή όλων των εκδόσεων",
    "cryptographic erase": "κρυπτογραφική διαγραφή",
    "not there": "δεν βρέθηκε",
    "": "δεν αναφέρεται",
}
NOT_DONE: dict[Language, dict[str, str]] = {
    "en": {
        "always": "Backups, snapshots and copies outside the registered stores were not touched.",
        "deleted (versions are the store's)": "Older versions that a store keeps by itself were not removed.",
        "deleted": "Deleted files were not overwritten: this is no Clear or Purge in the sense of NIST SP 800-88.",
        "overwritten (best effort)": "Overwriting is a best effort: flash memory, snapshots and file systems that copy "
        "on write may keep old blocks; this is no Purge in the sense of NIST SP 800-88.",
        "deleted, all versions": "How the operator of the object store erases its media is not known here.",
        "cryptographic erase": "The key was destroyed; encrypted bytes may remain, and so may backups of the key.",
        "not there": "Some files were not there when they were to be removed; who removed them is not known.",
        "": "How thoroughly some files were removed was not recorded.",
        "deidentify": "De-identified copies stay until their own period ends.",
        "erase": "De-identified copies, where there are any, stay until their own period ends.",
        "others": "Files that were not ours, or were changed, stood in places of copies and were left.",
    },
    "el": {
        "always": "Αντίγραφα ασφαλείας, στιγμιότυπα και αντίγραφα εκτός των δηλωμένων stores δεν θίχτηκαν.",
        "deleted (versions are the store's)": "Παλαιές εκδόσεις που κρατά μόνο του το store δεν αφαιρέθηκαν.",
        "deleted": "Τα διαγραμμένα αρχεία δεν αντικαταστάθηκαν: δεν είναι Clear ή Purge κατά το NIST SP 800-88.",
        "overwritten (best effort)": "Η αντικατάσταση γίνεται κατά το δυνατόν: μνήμες flash, στιγμιότυπα και συστήματα "
        "αρχείων copy-on-write μπορεί να κρατούν παλαιά blocks· δεν είναι Purge κατά το NIST SP 800-88.",
        "deleted, all versions": "Πώς σβήνει τα μέσα του ο πάροχος του object store δεν είναι γνωστό εδώ.",
        "cryptographic erase": "Το κλειδί καταστράφηκε· κρυπτογραφημένα bytes ή αντίγραφα κλειδιού μπορεί να μένουν.",
        "not there": "Κάποια αρχεία δεν υπήρχαν όταν έπρεπε να αφαιρεθούν· ποιος τα αφαίρεσε δεν είναι γνωστό.",
        "": "Για κάποια αρχεία δεν καταγράφηκε ο βαθμός διαγραφής.",
        "deidentify": "Τα αποπροσωποποιημένα αντίγραφα μένουν ως το τέλος της δικής τους περιόδου.",
        "erase": "Τα αποπροσωποποιημένα αντίγραφα, όπου υπάρχουν, μένουν ως το τέλος της δικής τους περιόδου.",
        "others": "Σε θέσεις αντιγράφων βρίσκονταν αρχεία ξένα ή αλλαγμένα· έμειναν.",
    },
}
WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "certificate": "Certificate of disposal", "went": "What went",
        "root_entries": "{n} entries, anchored {at}", "root_hash": "Its root",
        "scope_item": "Item", "scope_client": "Client", "scope_night": "Night", "scope_run": "Run",
        "items": "Items", "when": "When", "due": "Due", "action": "Action", "level": "Level reached", "rule": "Rule",
        "stores": "Stores", "clients": "Clients", "categories": "Categories of personal data", "kinds": "Kinds",
        "none": "none recorded", "not_done": "What was not done", "evidence": "Evidence",
        "entries": "Ledger entries", "first_hash": "First hash", "last_hash": "Last hash",
        "root": "Ledger at signing", "entries_digest": "Digest of all entries", "signed_by": "Signing key",
        "body": "SHA-256 of the certificate's facts", "made": "Signed at",
        "check": "The JSON file beside this page carries the signature (Ed25519) and the digest of this page; "
        "`redactor audit certificate --check FILE` tests both.",
        "more": "and {n} more",
        "inventory": "Record of processing activities (GDPR article 30)", "client": "Client", "store": "Store",
        "kind": "Kind", "part": "Part", "original": "original", "copy": "copy", "jurisdiction": "Jurisdiction",
        "category": "Category", "values": "Values", "since": "Since", "until": "Until", "purpose": "Purpose",
        "ground": "Ground", "no_end": "without end", "no_plan": "not planned", "not_read": "not read yet",
        "no_values": "nothing personal found", "no_client": "without a client", "state_of": "State of {at}",
        "incident": "Incident report: what lay on store {store} from {first} to {last}", "items_of": "Which items",
        "nothing": "Nothing.", "left": "Left", "still": "still there", "unknown": "unknown",
        "no_end_note": "where {n} items have no end, the date is that of the others",
        "copy_note": "A copy is de-identified: its categories are those that were covered in it.",
    },
    "el": {
        "certificate": "Πιστοποιητικό διάθεσης", "went": "Τι έφυγε",
        "root_entries": "{n} εγγραφές, anchor {at}", "root_hash": "Η ρίζα του",
        "scope_item": "Στοιχείο", "scope_client": "Πελάτης", "scope_night": "Νύχτα", "scope_run": "Εκτέλεση",
        "items": "Στοιχεία", "when": "Πότε", "due": "Προθεσμία", "action": "Ενέργεια", "level": "Βαθμός που επετεύχθη",
        "rule": "Κανόνας", "stores": "Stores", "clients": "Πελάτες", "categories": "Κατηγορίες προσωπικών δεδομένων",
        "kinds": "Είδη", "none": "καμία καταγεγραμμένη", "not_done": "Τι δεν έγινε", "evidence": "Τεκμήρια",
        "entries": "Εγγραφές του μητρώου", "first_hash": "Πρώτο hash", "last_hash": "Τελευταίο hash",
        "root": "Το μητρώο κατά την υπογραφή", "entries_digest": "Σύνοψη όλων των εγγραφών",
        "signed_by": "Κλειδί υπογραφής", "body": "SHA-256 των στοιχείων του πιστοποιητικού", "made": "Υπογράφηκε",
        "check": "Το αρχείο JSON δίπλα σε αυτή τη σελίδα φέρει την υπογραφή (Ed25519) και τη σύνοψη της σελίδας· "
        "`redactor audit certificate --check FILE` ελέγχει και τα δύο.",
        "more": "και {n} ακόμη",
        "inventory": "Αρχείο δραστηριοτήτων επεξεργασίας (ΓΚΠΔ άρθρο 30)", "client": "Πελάτης", "store": "Store",
        "kind": "Είδος", "part": "Μέρος", "original": "πρωτότυπο", "copy": "αντίγραφο",
        "jurisdiction": "Δικαιοδοσία", "category": "Κατηγορία", "values": "Τιμές", "since": "Από", "until": "Έως",
        "purpose": "Σκοπός", "ground": "Νομική βάση", "no_end": "χωρίς τέλος", "no_plan": "χωρίς πλάνο",
        "not_read": "δεν διαβάστηκε ακόμη", "no_values": "τίποτα προσωπικό", "no_client": "χωρίς πελάτη",
        "state_of": "Κατάσταση στις {at}",
        "incident": "Αναφορά περιστατικού: τι βρισκόταν στο store {store} από {first} έως {last}",
        "items_of": "Ποια στοιχεία", "nothing": "Τίποτα.", "left": "Έφυγε", "still": "είναι ακόμη εκεί",
        "unknown": "άγνωστο", "no_end_note": "{n} στοιχεία δεν έχουν τέλος· η ημερομηνία είναι των υπολοίπων",
        "copy_note": "Το αντίγραφο είναι αποπροσωποποιημένο: κατηγορίες του είναι όσες καλύφθηκαν σε αυτό.",
    },
}  # fmt: skip


def level_word(level: str, language: Language) -> str:
    """A level as it is shown; one that is not known stays as it is."""
    if language == "el":
        return LEVELS_EL.get(level, level)
    return level or "not told"
