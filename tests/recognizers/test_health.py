from __future__ import annotations

import pytest

from redactor.normalize import folded
from redactor.recognizers.health import HealthRecognizer
from redactor.recognizers.health_lexicon import info, keys, lexicon, stem
from redactor.recognizers.sound import sound
from tests.recognizers.finding import covered, found

HEALTH = HealthRecognizer()


def test_two_mentions() -> None:
    assert found(HEALTH, "έχω σακχαρώδη διαβήτη και πρόβλημα με την καρδιά") == [
        "σακχαρώδη διαβήτη",
        "πρόβλημα με την καρδιά",
    ]
    assert found(HEALTH, "υπάρχει πρόβλημα με το δίκτυο") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # conditions in any case and number
        ("λόγω του διαβήτη της", "διαβήτη"),
        ("πάσχει από ρευματοειδή αρθρίτιδα", "ρευματοειδή αρθρίτιδα"),
        ("έχω κολπική μαρμαρυγή", "κολπική μαρμαρυγή"),
        ("μια κρίση άσθματος", "κρίση άσθματος"),
        ("ΕΧΩ ΣΑΚΧΑΡΩΔΗ ΔΙΑΒΗΤΗ ΤΥΠΟΥ 2", "ΣΑΚΧΑΡΩΔΗ ΔΙΑΒΗΤΗ ΤΥΠΟΥ 2"),
        # heard
        ("εχο σκλιρινσι κατα πλακας", "σκλιρινσι κατα πλακας"),
        ("κάνει χημιο θεραπεία", "χημιο θεραπεία"),
        ("ο πατέρας έχει παρκινσον", "παρκινσον"),
        ("έχει νευροπάσεια", "νευροπάσεια"),
        ("ειμαι νεφροπαθις", "νεφροπαθις"),
        # Greek in Latin letters
        ("exw zaxaro", "zaxaro"),
        ("exei katagma sto podi", "katagma sto podi"),
        # everyday words with a person
        ("έχω πίεση", "πίεση"),
        ("έπαθε εγκεφαλικό", "εγκεφαλικό"),
        ("έχει πυρετό και βήχα", "βήχα"),
        # parts of the body and their trouble
        ("με πονάει η μέση μου", "πονάει η μέση"),
        ("έσπασα το πόδι μου", "έσπασα το πόδι"),
        ("το ένα νεφρό να μην δουλεύει", "το ένα νεφρό να μην δουλεύει"),
        ("με ταλαιπωρεί η σπονδυλική μου στήλη", "ταλαιπωρεί η σπονδυλική μου στήλη"),
        # what describes them
        ("ένα ελαφρύ άσθμα", "ένα ελαφρύ άσθμα"),
        ("μυωπία τέσσερα και μισό στο δεξί", "μυωπία τέσσερα και μισό στο δεξί"),
        ("καρκίνο στον πνεύμονα τέταρτου σταδίου", "καρκίνο στον πνεύμονα τέταρτου σταδίου"),
        ("αναπηρία ογδόντα τοις εκατό", "αναπηρία ογδόντα τοις εκατό"),
        ("είναι έγκυος στον έκτο μήνα", "έγκυος στον έκτο μήνα"),
        ("παίρνει δονεπεζίλη 10 mg", "δονεπεζίλη 10 mg"),
        # in no list
        ("πάσχει από σπάνια νόσο του αίματος", "σπάνια νόσο του αίματος"),
        ("διαγνώστηκε με Κρουτζφελτ", "Κρουτζφελτ"),
        ("έχει αλλεργία στη γύρη", "αλλεργία στη γύρη"),
        ("έχει παμφαρυγγίτιδα", "παμφαρυγγίτιδα"),
        # fields
        ("Διάγνωση: οξύ κάτι άλλο", "οξύ κάτι άλλο"),
        ("Φαρμακευτική αγωγή: Άγνωστον 5", "Άγνωστον 5"),
        ("κάτι σπάνιο\n(χρόνια νοσήματα)", "κάτι σπάνιο"),
        ("Παίρνει κάποια αγωγή;\nΠ: αντιβίωση", "αντιβίωση"),
    ],
)
def test_greek(text: str, value: str) -> None:
    assert covered([HEALTH], text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("I have type two diabetes", "type two diabetes"),
        ("she's got a fractured wrist", "fractured wrist"),
        ("I'm on sertraline, a hundred milligrams", "sertraline, a hundred milligrams"),
        ("since the hip replacement", "hip replacement"),
        ("for me C O P D", "C O P D"),
        ("i'm pregnant fourteen weeks", "pregnant fourteen weeks"),
        ("takes Thyronorm 50 daily", "Thyronorm 50"),
        ("The fit note says stress and anxiety", "stress"),
        ("MRI left knee, torn meniscus", "MRI left knee"),
        ("fractured collarbone and concussion", "concussion"),
        ("because of the falls and her parkinsons", "falls"),
        ("asthma, peanut allergy, ADHD (Vyvanse 30 mg)", "Vyvanse 30 mg"),
        ("he suffers from Creutzfeldt disease", "Creutzfeldt disease"),
        ("allergic to latex", "allergic to latex"),
        ("Diagnosis: acute whatever", "acute whatever"),
        ("Medical conditions: something rare", "something rare"),
        ("my insulin and glucose monitor", "glucose monitor"),
        ("I've had a stroke", "stroke"),
        ("my back injury, a bad back", "bad back"),
        ("she had a duodenectomy", "duodenectomy"),
        ("cancer of the breast, stage 4", "cancer of the breast, stage 4"),
    ],
)
def test_english(text: str, value: str) -> None:
    assert covered([HEALTH], text, value)


@pytest.mark.parametrize(
    "text",
    [
        "χαμηλή πίεση στο νερό",
        "η γραμμή κόπηκε στη μέση της κλήσης",
        "έσπασε το πόδι της καρέκλας",
        "ραντεβού με τον καρδιολόγο στο νοσοκομείο",
        "οι φακοί σας ήρθαν",
        "μεγάλος όγκος κλήσεων",
        "ανακοπή κατά διαταγής πληρωμής",
        "η τεχνική επέμβαση ολοκληρώθηκε",
        "υποφέρω από αποσυνδέσεις",
        "το πρόγραμμα καλύπτει νοσηλεία και καρκίνο",
        "θυρίδα στην τράπεζα, ποιες χρεώσεις, αυτή η παραγγελία",
        "Διάγνωση: βλάβη στη γραμμή",
        "Αλλεργίες: καμία",
        "Ελληνική Αντικαρκινική Εταιρεία",
        "Surgery, good morning",
        "call me back, I have a problem with the card",
        "I have trouble hearing you",
        "the account was disabled",
        "my laptop has a virus",
        "I suffer from slow internet",
        "Cancer Research UK",
        "no cover for pre-existing conditions",
        "diagnosis: faulty router",
        "Symptoms: no sync",
        "doctor's appointment at the hospital",
        "1 paracetamol, 16 tablets, £0.89",
        "scan at the hub",
    ],
)
def test_talk_of_other_things(text: str) -> None:
    assert found(HEALTH, text) == []


def test_one_key_for_all_forms() -> None:
    for forms in ("διαβήτης διαβήτη διαβίτι", "σύνδρομο συνδρόμου", "άσθμα άσθματος", "αρθρίτιδα αρθρίτιδας αρθρίτις"):
        assert len({stem(sound(form)) for form in forms.split()}) == 1


def test_words_of_everyday_life_are_no_terms() -> None:
    for word in ("ποιες", "αυτή", "όμως", "χαίρει", "θυρίδα", "κιλά", "προσπάθεια", "νοσταλγία", "επίτηδες", "Αίγιο"):
        known = info(folded(word))
        assert known is None or known.kinds.isdisjoint({"sure", "drug", "told", "part"}), word


def test_words_are_looked_up_by_few_keys() -> None:
    assert max(len(keys(word)) for word in ("αντικαταθλιπτικα", "xeirourgeio", "hypothyroidism")) <= 8
    assert len(lexicon().terms) > 5000
