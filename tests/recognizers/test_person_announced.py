"""Names that something announces, in Greek, Greeklish and English, well spelled and not; and what is no name there."""

from __future__ import annotations

import pytest

from redactor.recognizers.person import GreekNameRecognizer
from tests.recognizers.finding import covered, found

PERSON = GreekNameRecognizer()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("γεια σας, με λένε Θρασύβουλο Κουτσογεράσιμο και παίρνω", "Θρασύβουλο Κουτσογεράσιμο"),
        ("ναι το επιθετο καραγκουνησ το μικρο αντρεασ", "καραγκουνησ"),
        ("το επίθετό μου είναι Ζιώγα", "Ζιώγα"),
        ("ονόματι Ριχάρδος Μπλάνας", "Ριχάρδος Μπλάνας"),
        ("στα χαρτιά Κυριακούλα, με φωνάζουν Κούλα", "Κυριακούλα"),
        ("Καλημερα ονομαζομε Αριστιδις Μπουμπουκιοτις κε περνο", "Αριστιδις Μπουμπουκιοτις"),
        ("μελενε γιανισ βαρελας", "γιανισ βαρελας"),
        ("στο ονομα κονσταντινος μαλιαρας", "κονσταντινος μαλιαρας"),
        ("λέγομαι Ιρίνα Πετρένκο", "Ιρίνα Πετρένκο"),
        ("ονομάζομαι νασερ ελ μασρι", "νασερ ελ μασρι"),
        ("ειμαι η ταμαρα κβιρικασβιλι", "ταμαρα κβιρικασβιλι"),
        ("με λένε Παρασκευή Μαυρομμάτη", "Παρασκευή Μαυρομμάτη"),
        ("κυρία Μπουμπουλίνα Σταματέλου;", "Μπουμπουλίνα Σταματέλου"),
        ("μιλαο με τιν κιρια ευσταθια; ναι", "ευσταθια"),
        ("ο κος Δημουλάς ζήτησε πίστωση", "Δημουλάς"),
        ("στο κουδούνι γράφει Παπαχελάς", "Παπαχελάς"),
        ("το κουδούνι «Σκλαβούνου»", "Σκλαβούνου"),
        ("μίλησα με την Κουρτέση από το λογιστήριο", "Κουρτέση"),
        ("του Αγγελάκα του ζητάς διαγραφή;", "Αγγελάκα"),
        ("να έρθει στον Νώντα", "Νώντα"),
        ("eimai h Fwteinh apo to 3o orofo", "Fwteinh"),
        ("to onoma mou einai Katerina Mpalta", "Katerina Mpalta"),
        ("to onoma sto koudouni einai xatzhgewrgiou", "xatzhgewrgiou"),
        ("ναι ναι τασουλα με λενε", "τασουλα"),
        ("my name's Tochukwu Eze", "Tochukwu Eze"),
        ("hi this is gwendolyn ashcroft calling", "gwendolyn ashcroft"),
        ("yeah the name is siobhan mcgettigan that's all", "siobhan mcgettigan"),
        ("the name on the claim latoya simmons that's it", "latoya simmons"),
        ("surname featherstonehaugh", "featherstonehaugh"),
        ("put me through to Rashida", "Rashida"),
        ("you're through to Priti. How can I help?", "Priti"),
        ("am i speaking with mister venkataraman yes", "venkataraman"),
        ("yes thank you mrs blenkinsop", "blenkinsop"),
        ("as a payee mrs j f okonkwo thanks", "j f okonkwo"),
        ("mr van der berg called again", "van der berg"),
        ("it's gareth prothero ok gareth", "gareth prothero"),
        ("this is rose calling from the surgery", "rose"),
        ("its mark, the plumber", "mark"),
        ("my name is Hope Archer", "Hope Archer"),
        ("thank you Grace.", "Grace"),
        ("bell says Hendricks, second floor", "Hendricks"),
        ("Will Young speaking", "Young"),
        ("it's niamh o'sullivan", "niamh o'sullivan"),
    ],
)
def test_introductions(text: str, value: str) -> None:
    assert covered([PERSON], text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ο γιος μου ο Λυκούργος θα έρθει", "Λυκούργος"),
        ("Ο ΕΓΓΟΝΟΣ ΜΟΥ Ο ΣΤΡΑΤΟΣ", "ΣΤΡΑΤΟΣ"),
        ("της κόρης μου της Μυρτώς", "Μυρτώς"),
        ("του εγκονου μου του θανασι γιατι", "θανασι"),
        ("τον αδερφό μου τον σωκρατη να παρετε", "σωκρατη"),
        ("στον αδερφο της τον Μανωλιό", "Μανωλιό"),
        ("να το πάρει η πεθερά μου Αργυρούλα Σκιαδά", "Αργυρούλα Σκιαδά"),
        ("ήρθε ο τεχνικός, ο Δροσίνης, και έφυγε", "Δροσίνης"),
        ("o antras mou o Mhtsos den einai edw", "Mhtsos"),
        ("my wife chandrika is also on the policy", "chandrika"),
        ("my late husband cyril had the account", "cyril"),
        ("with his cousin Mandeep in Southall", "Mandeep"),
        ("and your husband's name adebayo ogunleye and the", "adebayo ogunleye"),
        ("her daughter's called Ottilie", "Ottilie"),
        ("my mother-in-law Phyllis Rowbotham lives there", "Phyllis Rowbotham"),
        ("my girlfriend fotini raptou", "fotini raptou"),
    ],
)
def test_relatives_and_people_close_by(text: str, value: str) -> None:
    assert covered([PERSON], text, value)


@pytest.mark.parametrize(
    "text",
    [
        "με λένε από την εταιρεία ότι πρέπει να περιμένω",
        "το όνομα χρήστη δεν ισχύει",
        "ο γιος μου θέλει καινούργιο κινητό",
        "η γυναίκα μου λέει ότι δεν έχει σήμα",
        "κυρία μου δεν γίνεται έτσι",
        "στην Καλλιθέα έχει βλάβη και στον Πειραιά επίσης",
        "το Σάββατο και την Κυριακή είμαστε κλειστά",
        "του Αγίου Δημητρίου είμαστε κλειστά",
        "ονομάζεται Προσωπικός Αριθμός και έχει δώδεκα ψηφία",
        "είμαι η κόρη του συνδρομητή",
        "στο όνομα του γιου μου",
        "το κουδούνι δεν γράφει τίποτα",
        "από δεκαπέντε του μινα",
        "έλα να σας είχα πάρι και χτες",
        "η αυτόματη καμπάνια «Χαρά στα σπίτια»",
        "Διόρθωση επωνύμου και επανυποβολή",
        "ΕΝΩΠΙΟΝ ΠΑΝΤΟΣ ΑΡΜΟΔΙΟΥ ΔΙΚΑΣΤΗΡΙΟΥ",
        "Ένα πιστοποιητικό οικογενειακής κατάστασης",
        "eimai pelaths sas xronia",
        "Mporeis na mou peis? Vlepw oti egine",
        "my name is on the account already",
        "it's been three weeks now",
        "i'm really not happy",
        "my wife says the router is broken",
        "Good morning, Fairholt Building Society, how can I help",
        "Good afternoon, Clearwave Insurance claims",
        "put me through to billing please",
        "mark it as urgent and bill me later",
        "will it be ready by may or june",
        "i'll be frank with you",
        "the rose garden near the king street branch",
        "a rich and creamy taste, young families love it",
        "it's the brown one with the white lid",
        "I am a Greek citizen. It's Indian. Mine.",
        "do you speak Greek or English?",
        "I've seen the LG at Currys after Easter on Friday",
    ],
)
def test_what_is_announced_is_no_name(text: str) -> None:
    assert found(PERSON, text) == []
