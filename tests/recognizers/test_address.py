from __future__ import annotations

import pytest

from redactor.recognizers import places
from redactor.recognizers.address import AddressRecognizer
from redactor.recognizers.place_forms import forms
from tests.growth import grows_with_length
from tests.recognizers.finding import covered, found

RECOGNIZER = AddressRecognizer()


@pytest.mark.parametrize(
    ("text", "address", "town"),
    [
        ("μένω Αχαρνών 155, Κυψέλη", "Αχαρνών 155", "Κυψέλη"),
        ("κάτοικος Λεωφόρος Κηφισίας 114, στον Βόλο", "Λεωφόρος Κηφισίας 114", "Βόλο"),
        ("Διεύθυνση: ΣΤΑΔΙΟΥ 81, ΤΚ 104 39 ΛΑΡΙΣΑ", "ΣΤΑΔΙΟΥ 81, ΤΚ 104 39", "ΛΑΡΙΣΑ"),
        ("μενω εγνατιας 9 θεσσαλονικη", "εγνατιας 9", "θεσσαλονικη"),
        ("διεύθυνση 28ης Οκτωβρίου 125, Λάρισα", "28ης Οκτωβρίου 125", "Λάρισα"),
        ("Η διεύθυνση είναι Κωστή Παλαμά οχτώ και Σολωμού γωνία στην Άρτα", "Παλαμά οχτώ και Σολωμού γωνία", "Άρτα"),
        ("Στη Λεμεσό, Αγίας Φυλάξεως 210, διαμ. 302, 3083;", "Φυλάξεως 210, διαμ. 302, 3083", "Λεμεσό"),
        ("Suntagmatos 33, 2os orofos, Xaidari, 124 61", "Suntagmatos 33, 2os orofos", "Xaidari"),
        ("dieu8.: 28hs Oktwbriou 200, Katerinh, tk 60134", "28hs Oktwbriou 200", "Katerinh"),
        ("η διευθινσι ειναι μπουμπουλινας διο στο ναφπλιο", "μπουμπουλινας διο", "ναφπλιο"),
        ("μενουμε πετρουπολι ανατολικις ρομιλιας ογδοντα τρια", "ανατολικις ρομιλιας ογδοντα τρια", "πετρουπολι"),
        ("Τόπος κατοικίας: Καλαμάτα, Οδός: Βασιλέως Γεωργίου, Αριθ: 91, ΤΚ: 24131", "Γεωργίου, Αριθ: 91", "Καλαμάτα"),
        ("Μένω στον αριθμό εννιά της οδού Σολωμού, στον Κολωνό", "εννιά της οδού Σολωμού", "Κολωνό"),
        ("Πελάτης: Ρήγα Φεραίου, στο δεκαοχτώ, Πάτρα είμαστε", "Ρήγα Φεραίου, στο δεκαοχτώ", "Πάτρα"),
        ("το σπίτι είναι Ερμού και Κλεισθένους γωνία στον Βόλο", "Ερμού και Κλεισθένους γωνία", "Βόλο"),
        ("ποια οδος ομηρου και αριθμος δωδεκα στο βολο", "ομηρου και αριθμος δωδεκα", "βολο"),
        ("Γραφείο: Γ' Σεπτεμβρίου 104, Αθήνα 10434", "Γ' Σεπτεμβρίου 104", "Αθήνα"),
        ("διαμένει στο Κιάτο (Καλογεροπούλου 40)", "Καλογεροπούλου 40", "Κιάτο"),
        ("μένω στην Αγλαντζιά, Λεωφόρος Λάρνακος εκατόν δύο", "Λεωφόρος Λάρνακος εκατόν δύο", "Αγλαντζιά"),
        ("Στείλτε στην Τ.Θ. 1340, 71001 Ηράκλειο", "Τ.Θ. 1340, 71001", "Ηράκλειο"),
        ("ΟΔΟΣ ΚΑΠΕΤΑΝ ΛΑΖΟΥ ΑΡ. 12 Τ.Κ. 50200 ΠΟΛΗ ΚΟΖΑΝΗ", "ΚΑΠΕΤΑΝ ΛΑΖΟΥ ΑΡ. 12", "ΚΟΖΑΝΗ"),
        ("ΤΡΙΑΝΤΑΦΥΛΛΙΔΗ 41 Β\n413 36 ΛΑΡΙΣΑ", "ΤΡΙΑΝΤΑΦΥΛΛΙΔΗ 41 Β\n413 36", "ΛΑΡΙΣΑ"),
        ("I live at 224 Baker Street, London", "224 Baker Street", "London"),
        ("what's the address? flat eleven brunel house wapping lane", "flat eleven brunel house wapping lane", ""),
        ("it's forty four oh six karl road apartment three b columbus", "forty four oh six karl road apartment three b", "columbus"),
        ("Flat 9, Kestrel Court, 301 Coldharbour Lane, Leeds", "Flat 9, Kestrel Court, 301 Coldharbour Lane", "Leeds"),
        ("I moved out of The Old Forge, Mill Lane, Ludlow, SY8 2KD", "The Old Forge, Mill Lane", "Ludlow"),
        ("updated: 2210 N Kedzie Blvd Apt 3R, Chicago, IL 60647", "2210 N Kedzie Blvd Apt 3R", "Chicago"),
        ("Street: 918½ Maple St.  City/State: Eugene, OR", "918½ Maple St.", "Eugene"),
        ("Site: Unit 4, Canal Mills, Thornes Lane, Wakefield WF1 5QT", "Unit 4, Canal Mills, Thornes Lane", "Wakefield"),
        ("My new address is Knocknagree, Mallow, Co. Cork.", "Knocknagree, Mallow, Co. Cork", ""),
        ("P.O. Box 4471, Galway", "P.O. Box 4471", "Galway"),
        ("Ich wohne: Lindenstraße 45, 50674 Köln", "Lindenstraße 45, 50674", "Köln"),
        ("We're at Villa Myrto, Naoussa until the 17th", "Villa Myrto", "Naoussa"),
    ],
)  # fmt: skip
def test_addresses(text: str, address: str, town: str) -> None:
    assert covered([RECOGNIZER], text, address)
    assert not town or covered([RECOGNIZER], text, town)


@pytest.mark.parametrize(
    ("question", "answer", "value"),
    [
        ("Πού να σας σταλεί;", "Ταγματάρχου Τζουλάκη δεκαεννέα, ευχαριστώ", "Ταγματάρχου Τζουλάκη δεκαεννέα"),
        ("Διεύθυνση παρακαλώ;", "ζαλογγου οχτο", "ζαλογγου οχτο"),
        ("Και η οδός;", "Αρμοδίου.", "Αρμοδίου"),
        ("Από ποια περιοχή μας καλείτε;", "Ηλιούπολη.", "Ηλιούπολη"),
        ("Τον ταχυδρομικό κώδικα;", "Ένα πέντε έξι εξήντα εννιά.", "Ένα πέντε έξι εξήντα εννιά"),
        ("What's the first line of the address?", "2 Tan-y-Bryn", "2 Tan-y-Bryn"),
        ("Can I take the address?", "Yes, it's The Old Bakery.", "The Old Bakery"),
        ("And the postcode?", "C V five, nine L P", "C V five, nine L P"),
        ("Zip?", "Eight three seven oh two", "Eight three seven oh two"),
    ],
)
@pytest.mark.parametrize(
    "speakers", [("Agent: ", "Caller: "), ("[a] ", "[c] "), ("— ", "— "), ("Πράκτορας: ", "Πελάτης: ")]
)
def test_the_question_arms_the_answer(question: str, answer: str, value: str, speakers: tuple[str, str]) -> None:
    text = f"{speakers[0]}{question}\n{speakers[1]}{answer}"
    assert covered([RECOGNIZER], text, value)


def test_street_and_number_may_be_asked_for_apart() -> None:
    text = "[a] οδός;\n[c] Ταξιαρχών\n[a] αριθμός;\n[c] σαράντα έξι"
    assert covered([RECOGNIZER], text, "Ταξιαρχών")
    assert covered([RECOGNIZER], text, "σαράντα έξι")


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("μενω μονι μου στο αγρινιο", "αγρινιο"),
        ("μένει στο Ναβπακτο", "Ναβπακτο"),
        ("αλλά μένω Λαμία", "Λαμία"),
        ("ΣΤΑ ΚΥΘΗΡΑ ΕΙΜΑΙ, ΣΤΗΝ ΑΓΡΟΙΚΙΑ ΜΟΥ", "ΚΥΘΗΡΑ"),
        ("κατοίκου Ρόδου, εμπόρου", "Ρόδου"),
        ("κάτοικος δήμου Αγίας Βαρβάρας", "Αγίας Βαρβάρας"),
        ("Έχω ένα διαμέρισμα στη Σπάρτη", "Σπάρτη"),
        ("Ψιλικατζίδικο έχω, στην Καλαμαριά", "Καλαμαριά"),
        ("Με λένε Μήτσο, από το Μέτσοβο", "Μέτσοβο"),
        ("Καλεί η κα Ζήση από Ελασσόνα", "Ελασσόνα"),
        ("Στην Ιεράπετρα σήμερα, ημέρα Παρασκευή", "Ιεράπετρα"),
        ("ΤΟΠΟΣ ΔΙΑΜΟΝΗΣ: ΝΑΞΟΣ", "ΝΑΞΟΣ"),
        ("menw sthn Kalli8ea", "Kalli8ea"),
        ("Μένω στο Αχλαδοχώρι Σερρών", "Αχλαδοχώρι"),
        ("μένω στη Ν. Σμύρνη", "Ν. Σμύρνη"),
        ("that's the house in ballincollig", "ballincollig"),
        ("I live in Thessaloniki", "Thessaloniki"),
        ("hi i'm calling from norwich about my bill", "norwich"),
        ("we live just outside Shrewsbury", "Shrewsbury"),
    ],
)
def test_towns_where_people_live(text: str, town: str) -> None:
    assert covered([RECOGNIZER], text, town)


@pytest.mark.parametrize(
    ("text", "postcode"),
    [
        ("ταχυδρομικος κοδικας πεντε τεσερα εξι τρια μιδεν", "πεντε τεσερα εξι τρια μιδεν"),
        ("ο ταφ κάπα μου είναι εκατόν εβδομήντα τρία σαράντα δύο", "εκατόν εβδομήντα τρία σαράντα δύο"),
        ("το Τ.Κ. I think 54633", "54633"),
        ("Τ.Κ. 71 307 Ηράκλειο", "71 307"),
        ("Βόλος 383 33", "383 33"),
        ("the eircode it's t twelve x r six four", "t twelve x r six four"),
        ("post code please its l s eight three b w", "l s eight three b w"),
        ("e one double you two are y", "e one double you two are y"),
        ("India Victor two six, two Uniform Romeo", "India Victor two six, two Uniform Romeo"),
        ("jakub nowak M14 6GL", "M14 6GL"),
        ("d04 x285", "d04 x285"),
        ("phoenix arizona eight five oh two nine", "arizona eight five oh two nine"),
        ("Boise, ID 83702-1234", "ID 83702-1234"),
    ],
)
def test_postcodes(text: str, postcode: str) -> None:
    assert covered([RECOGNIZER], text, postcode)


@pytest.mark.parametrize(
    "text",
    [
        "στις 28 Οκτωβρίου 12:30", "Galaxy 23", "στη σελίδα 12", "λέω μέσα μου", "από τις 9",
        "Τόπος: Λεωφόρος Ποσειδώνος, ρεύμα προς Γλυφάδα",
        "ΑΠΕΥΘΥΝΘΕΙΤΕ ΣΤΟΝ ΣΥΝΗΓΟΡΟ ΤΟΥ ΚΑΤΑΝΑΛΩΤΗ ΕΝΤΟΣ 15 ΗΜΕΡΩΝ",
        "Ομιλητής 1: Για εσάς;\nΟμιλητής 2: Για εμένα.",
        "έχω εδώ στον κάμπο της Καρδίτσας εκατόν σαράντα στρέμματα",
        "Έχει βροχή στη Λάρισα και το κατάστημα στο Μαρούσι κλείνει στις εννιά",
        "Η πτήση Αθήνα-Ρόδος καθυστερεί σαράντα λεπτά", "Μπροστά στην πλατεία Ελευθερίας τρέχει νερό",
        "Διακοπή στις περιοχές Νέα Σμύρνη και Καλλιθέα, επί της Λεωφόρου Συγγρού",
        "η κόρη μου σπουδάζει στην Πάτρα", "ο αδερφός μου στην Αυστραλία σαράντα χρόνια",
        "στη μέση δύο, στην αρχή ένα, στην ώρα δέκα", "Το πακέτο Άνετο τριάντα κοστίζει είκοσι ευρώ",
        "Η Αγγλία κέρδισε 3-0, Εθνική Ιταλίας 2", "Εφετείο Πειραιώς 123/2024", "μένω στο σπίτι, μένω στον τρίτο όροφο",
        "μένω στη Γερμανία", "τα γραφεία στο Ηράκλειο μένουν κλειστά", "η ηλεκτρονική διεύθυνση είναι κλειστή",
        "The A1 at junction 46 was blocked. Windows 11. Meet at Platform 9.", "One way street, two main roads",
        "The 4 wheel drive works", "Our flight from London to Athens was late", "customer ID 40317", "S21 5GB, M1 2nd exit",
        "Oxford Street is closed today", "i live in a small flat with my son",
    ],
)  # fmt: skip
def test_no_addresses(text: str) -> None:
    assert found(RECOGNIZER, text) == []


def test_labels_stay() -> None:
    assert found(RECOGNIZER, "ταχυδρομικός κώδικας 15669") == ["15669"]
    assert found(RECOGNIZER, "the post code is SW9 8RR") == ["SW9 8RR"]


def test_the_packed_places_fit_the_sound_keys_of_today() -> None:
    assert places.street(["μαυροκορδατου"])
    assert places.street(["ηρωων", "πολυτεχνειου"])
    assert all(
        places.town([word]) for word in ("ναφπλιο", "αγρινιου", "χανια", "xaidari", "a8hna", "exarxeia", "leeds")
    )
    assert places.town(["αγιουσ", "αναργυρουσ"])
    assert not places.town(["τηλεφωνο"])


def test_cases_of_place_names() -> None:
    assert {"νεασ σμυρνησ", "νεα σμυρνη"} <= forms("νεα σμυρνη")
    assert {"αγιων αναργυρων", "αγιουσ αναργυρουσ"} <= forms("αγιοι αναργυροι")
    assert {"σερρων", "σερρεσ"} <= forms("σερρεσ")
    assert {"περαματοσ", "αλεξανδρουπολεωσ"} <= forms("περαμα") | forms("αλεξανδρουπολη")


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "τκ ", "t k ", "e 1 ", "γωνία ", "διεύθυνση; ", "Πόλη;\n", "a b c d 1 ", "Flat 1, ", "Main St, ", "Αθήνα, 10563 ",
        "A\na\n", "Πού μένετε;\nΑθήνα\n", "12 Elm Street ", "Ερμού 5, ", "χλμ 3 ", "a: b\n", "Leeds, ", "double ",
    ],
)  # fmt: skip
def test_time_is_bounded(piece: str) -> None:
    def analyze(length: int) -> None:
        RECOGNIZER.analyze((piece * (length // len(piece) + 1))[:length], list(RECOGNIZER.ENTITIES))

    assert grows_with_length(analyze, 200_000)
