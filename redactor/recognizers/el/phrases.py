"""Words around names in Greek, English and Greeklish: data for the name recognizers. All forms are folded."""

from __future__ import annotations


def _listed(phrases: str) -> tuple[str, ...]:
    """Phrases between commas."""
    return tuple(phrase.strip() for phrase in phrases.replace("\n", " ").split(",") if phrase.strip())


_TITLES = """
    κυριε κυριο κυριον κυριοσ κυριου κυρια κυριασ κυριεσ κοσ κο κασ κα κου δεσποινισ δεσποινιδα δισ δεσπ mr mrs ms
    miss mister sir madam dr kyrie kyria kurie kuria kyrios kirie kiria kyrio ku
"""
TITLES = frozenset(_TITLES.split())
"""A name follows (after a full stop or a blank)."""

_PROFESSIONS = """
    δρ γιατρε ιατροσ ιατρο δικηγοροσ δικηγορο συμβολαιογραφοσ καθηγητησ
"""
PROFESSIONS = frozenset(_PROFESSIONS.split())
"""A name may follow."""

_INTRODUCTIONS = """
    με λενε, με λεν, μασ λενε, τον λενε, την λενε, τη λενε, ονομαζομαι, ονομαζεται, λεγομαι, λεγεται,
    το ονομα μου ειναι, το ονομα μου, το ονομα ειναι, ονομα μου ειναι, το ονομα του ειναι, το ονομα τησ ειναι,
    στο ονομα του, στο ονομα τησ, στο ονομα, στ ονομα, εκ μερουσ του, εκ μερουσ τησ, εκ μερουσ,
    το επωνυμο μου ειναι, το επωνυμο ειναι, επωνυμο, μιλατε με τον, μιλατε με την, μιλαω με τον, μιλαω με την,
    μιλαω με, μιλατε με, για λογαριασμο του, για λογαριασμο τησ, ο υπογραφων, η υπογραφουσα, ο υπογεγραμμενοσ,
    η υπογεγραμμενη, ονοματι, me lene, onomazomai, legomai, to onoma mou einai, to onoma einai, to onoma mou,
    sto onoma tou, sto onoma ths, sto onoma tis, sto onoma, my name is, my name s, name is, name s,
    i am called, in the name of, under the name, under the name of, on behalf of, speaking with, speaking to,
    am i speaking to, stoonoma, στοονομα
"""
INTRODUCTIONS = _listed(_INTRODUCTIONS)
"""A name follows; words in capitals or of unknown case are taken too."""

_AM_I = """
    ειμαι ο, ειμαι η, ειμαστε οι, εδω ειμαι ο, eimai o, eimai h, eimai i, i m, i am, it s, this is, speaking, here is,
    ειμαι, μιλαει ο, μιλαει η, λεει ο, τηλεφωνει ο, εδω
"""
AM_I = _listed(_AM_I)
"""A name may follow: only words that look like one are taken."""

_BEHIND = """
    λεγομαι, με λενε, ονομαζομαι, στο τηλεφωνο, speaking, here, legomai, me lene
"""
BEHIND = _listed(_BEHIND)
"""A name may stand before these words."""

_LABELS = """
    ονοματεπωνυμο, ονοματεπωνυμο πελατη, ονομα, ονομα πελατη, επωνυμο, ονομα πατροσ, ονομα μητροσ, πατρωνυμο,
    μητρωνυμο, ον/μο, ον/νυμο, ονομ/νυμο, επωνυμια, συζυγοσ, κατοχοσ, κατοχοσ καρτασ, δικαιουχοσ, πελατησ, πελ,
    πελατισσα, επιβατησ, επιβατεσ, συνδρομητησ, παραληπτησ, αποστολεασ, ασθενησ, ασφαλισμενοσ, ασφαλισμενη,
    υπευθυνοσ, υπαλληλοσ, εκπροσωποσ, καταναλωτησ, χρηστησ, υπογραφη, onomateponimo, onoma, eponimo, epwnymo, name,
    full name, first name, last name, surname, family name, given name, middle name, maiden name, cardholder,
    card holder, cardholder name, account holder, holder, customer, customer name, client, client name, caller,
    contact, contact name, contact person, passenger, passengers, guest, patient, insured, beneficiary, recipient,
    sender, father s name, fathers name, mother s name, signed, agent name, employee, from, to, cc, απο, προσ, κοιν
"""
LABELS = _listed(_LABELS)
"""Names of form fields whose value is a name."""

_GREETINGS = """
    αγαπητε, αγαπητη, αγαπητοι, γεια σου, γεια σασ, γεια, καλημερα, καλησπερα, καλημερα σασ, καλησπερα σασ, χαιρετε,
    ευχαριστω, ευχαριστω πολυ, ναι, οριστε, ελα, μαλιστα, ωραια, dear, hi, hello, hey, good morning, good afternoon,
    thanks, thank you, kalimera, kalhmera, kalispera, kalhspera, geia sou, geia, geia sas, agapite, ok, sorry
"""
GREETINGS = _listed(_GREETINGS)
"""A name may follow on the same line."""

_CLOSINGS = """
    με εκτιμηση, με τιμη, φιλικα, ευχαριστω, ευχαριστω πολυ, ευχαριστουμε, σασ ευχαριστω, χαιρετισμουσ,
    με φιλικουσ χαιρετισμουσ, μετα τιμησ, regards, best regards, kind regards, warm regards, best, thanks,
    many thanks, thank you, sincerely, yours sincerely, yours faithfully, cheers, yours, respectfully, euxaristo,
    euxaristw, filika, me ektimisi
"""
CLOSINGS = _listed(_CLOSINGS)
"""Closings of a letter: the next line is a signature."""

_STOP = """
    λεγομαι λενε ονομαζομαι μιλατε μιλαει καλησπερασασ
    α αα αγαπητε αγαπητη αλλα αλλο αμεσωσ αν ανα αντε απο απλα αρα αριθμοσ αυριο αυτη αυτην αυτο αυτοσ αυτον αφου
    αφμ βεβαια βεβαιωσ γεια για γιατι γραμμη δε δεν δηλαδη διευθυνση δικη εγω εδω ειμαι ειμαστε ειναι εισαι ειστε
    ειχα ειχε εκει ελα εμεισ ενα ενασ ενω εξυπηρετηση επειδη επισησ εσεισ ετσι ευχαριστω ευχαριστουμε εχει εχετε
    εχουμε εχω ζητα ζηταει ζηταω ζητω ημερα η θα θελει θελω θελετε θεμα ι και καλα καλησπερα καλημερα καλο κανω
    κανει κατα κατι κι κιν κινητο κοριτσι κορη κυρια κυριε λαθοσ λεω λιγο λοιπον μα μαλιστα μασ με μεσα μετα μη μην
    μια μιλαω μπορειτε μπορω μου μπραβο να ναι νομιζω νεα νεο ξερω ο οι ομωσ οπωσ οτι ουτε οχι οταν παιδι παλι παντα
    παρακαλω παω παρτε πειτε πελατησ πελατη πελατισσα περι περιμενω ποια ποιοσ ποιον πολυ πραγματικα προ προσ πρωτα
    πωσ ρε σασ σε σημερα σου στα στασ στη στην στησ στο στοιχεια στον στουσ συγγνωμη συγνωμη συζυγοσ συνδεση σωστα
    τα ταυτοτητα τελοσ τη τηλ τηλεφωνο την τησ τι τιποτα το τον του τουσ τουλαχιστον τωρα των υπαρχει υπαλληλοσ
    υπευθυνοσ χερετε χθεσ χτεσ χωρισ ωραια ωσ κυριο κυριου κυριασ μητερα πατερασ γιοσ γυναικα αντρασ ανδρασ αδερφοσ
    αδερφη μαμα μπαμπασ ιδια ιδιοσ ιδιο ονομα επωνυμο τμημα ομαδα εταιρεια τραπεζα δευτερα τριτη τεταρτη πεμπτη
    παρασκευη σαββατο κυριακη ιανουαριου φεβρουαριου μαρτιου απριλιου μαιου ιουνιου ιουλιου αυγουστου σεπτεμβριου
    οκτωβριου νοεμβριου δεκεμβριου οδοσ οδου λεωφοροσ λεωφορου πλατεια πλατειασ κωδικοσ κωδ σταθερο παραγγελια
    λογαριασμοσ κατασταση ημερομηνια email mail amka αμκα αδτ iban ιβαν εφοριασ εφορια μενω κατοικοσ δουλευω καλω
    τηλεφωνω παιρνω a about account acct afm again agent all also am an and any are as at be because been but by
    call calling can card client could customer dear do does done down every fine for from get go going good got
    great had has have he hello help her here hi his hold how i id if in internet into invoice is issue it its just
    know like line ll look looking lost me mr mrs more much my name need never no not now number of off ok okay on
    one only or order our out over pass password payment perfect phone please problem re refund right s see she sir
    so sorry speaking speaker still sure support t tel thank thanks that the their them then there they this time to
    today too trying until up us use user ve very waiting want was we well were what when where which who why will
    with without working would yes yet you your madam team wrote apo den einai exw gia h kai kalimera kalispera kala
    ki kinito m mou mporeite mporw na nai o oi oxi parakalo pws sas se sth sthn sti stin sto ston ta th thelw thn ti
    tin tis tha ton tou ts tsekarete tsek xtes menw onoma edw
"""
STOP = frozenset(_STOP.split())
"""Words that are no names, whatever announces one."""
