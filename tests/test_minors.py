"""Children: who is younger than 13 is told from ages of others, of things, and of long ago."""

from __future__ import annotations

from datetime import date

import pytest

from redactor.minors import minor
from redactor.persons import Seen

TODAY = date(2026, 11, 28)
CHILDREN = """
η κόρη μου είναι εφτά χρονών και θέλει κινητό
έχω γιο οχτώ χρονών, το κινητό του χάλασε
είναι εφτά χρονών
η κόρη μου είναι επτά χρονών
ο γιος μου είναι δέκα
ο γιος μου είναι 10 ετών
έχω ένα παιδί 7 ετών
το μωρό είναι έξι μηνών
μωρό 8 μηνών
έχω μωρό 8 μηνών στο σπίτι
η μικρή είναι τριών
το παιδί είναι πέντε χρονών και πονάει το δόντι του
για την κόρη μου, είναι δώδεκα χρονών
έχω δύο παιδιά, 4 και 7 χρονών
ο εγγονός μου είναι τεσσάρων χρονών
το κοριτσάκι είναι δύο χρονών
ο γιος της, ένας πεντάχρονος
η πεντάχρονη κόρη μου
ένα 5χρονο παιδί
έναν δεκάχρονο γιο έχω
ο γιος μου έκλεισε τα έντεκα
Ηλικία: 9
ηλικία παιδιού: 6
πόσων χρονών είναι; εννιά
είναι ενάμισι χρονών
η κόρη μου γεννήθηκε 12/5/2019
γεννήθηκε στις 12/5/2019
γεννήθηκε στις 3 Μαΐου του 2020
γεννήθηκε στις πέντε Μαΐου δύο χιλιάδες δεκαεννιά
ημερομηνία γέννησης: 01/02/2016
ΗΜ. ΓΕΝΝΗΣΗΣ 14-03-2018
ημερομηνία γέννησης 2017-08-30
το παιδί πηγαίνει δευτέρα δημοτικού
ο μικρός πάει πρώτη δημοτικού
ο γιος μου είναι στην τρίτη δημοτικού
η κόρη μου πάει νηπιαγωγείο
πάει ακόμα στον παιδικό σταθμό
η κορη μου ειναι 7 xronwn
o gios mou einai 8 xronwn
she's nine
she's nine years old
my son is seven
my daughter is 5 years old
he is 11 years old
a baby of 8 months old
my baby is six months old
I have a 4 year old
my grandson, he's 10
date of birth 12/05/2019
DOB: 2016-02-01
born on 3 May 2018
she was born in 2020
born on the third of May twenty nineteen
my son is in second grade
my daughter is in year 3
she just started kindergarten
how old is he? four
our baby is 7 months old so we need the money
με τη μωρή, Σταθόπουλος Ραφαήλ (παιδί, 9), όχημα
το ένα παιδί είναι 8 μηνών
ages of the children? nine and four and a half
πόσων ετών είναι το παιδί; εξίμισι
έχω μωρό 5 μηνών
born 8.xi.2021
she was born on the twenty-second of november, twenty sixteen
"""
OTHERS = """
πελάτης εδώ και πέντε χρόνια
εγγύηση 2 ετών
12 μήνες συμβόλαιο
συμβόλαιο δώδεκα μηνών
είμαι πελάτης σας 10 χρόνια
το αυτοκίνητο είναι δέκα χρονών
ο λέβητας είναι 8 ετών
η δέσμευση είναι 24 μηνών
είμαι σαράντα πέντε χρονών
ο γιος μου είναι δεκατριών χρονών
ο γιος μου είναι δεκαπέντε
η κόρη μου είναι είκοσι
η μητέρα μου είναι ογδόντα τριών χρονών
ένας 35χρονος
μια σαραντάχρονη
όταν ήμουν δέκα χρονών
όταν ήμουνα εφτά χρονών ζούσαμε αλλού
από τα δέκα μου μένω εδώ
για παιδιά κάτω των 12 ετών
άνω των 5 ετών
παιδιά έως 12 ετών πληρώνουν μισό
ο σκύλος μου είναι πέντε χρονών
είναι τριών χρονών το κινητό μου
εμπειρία δέκα ετών
δάνειο 10 ετών
παντρεμένοι εφτά χρόνια
γεννήθηκε 12/5/1985
γεννήθηκε στις 3 Μαΐου του 1960
ημερομηνία γέννησης: 01/02/2010
ημερομηνία γέννησης 30/08/2013
γεννήθηκα το 1980
γεννήθηκα το ογδόντα πέντε
γεννήθηκα στις δέκα Μαρτίου χίλια εννιακόσια ογδόντα
το ραντεβού είναι 12/5/2026
η σύμβαση λήγει 12/5/2019
η ώρα είναι δέκα
είναι δέκα ευρώ
είναι εφτά το πρωί
ο όροφος είναι πέντε
το νούμερο είναι επτά
είμαι δασκάλα και είμαι στη δευτέρα δημοτικού
δουλεύει σε νηπιαγωγείο
τελείωσα το δημοτικό το 1970
μένω στην οδό Δημοτικού Σχολείου 5
το δημοτικό συμβούλιο
δώδεκα δόσεις
σε δύο μήνες θα φύγω
πριν από πέντε χρόνια
το κτίριο είναι δημοτικό, όχι δικό μας
είναι στο δημοτικό κολυμβητήριο
she's forty nine
he is 13 years old
my daughter is twenty
customer for 9 years
a two year warranty
a 12 month contract
the car is nine years old
when I was nine
I was seven when we moved here
children under 12 travel free
over 5 years of experience
date of birth 12/05/1985
born in 1990
it's nine o'clock
she's nine minutes late
it costs ten
my wife teaches and she is in year 3
the boiler is 10 years old
my dog is five years old
he's two weeks late with the payment
οκτώ, οκτώ, τρία μηδενικά, πέντε
Πελάτης: δύο, δύο, έξι, ένα
ωραία, τέσσερα, δύο, κάπα
hi its about Biscuit he's a labrador he's 9
how old is the boiler? it's about eleven years
she is eight months pregnant so please
είμαι εφτά μηνών έγκυος
η ροή ήταν 3 με 10 Αυγούστου
ο Ρόκι είναι λαμπραντόρ πέντε ετών
έκλεισα τα εβδομήντα τέσσερα
ηλικία; εβδομήντα έξι
aged 76 and three quarters
"""


def of(text: str) -> Seen:
    return Seen(text, ())


@pytest.mark.parametrize("text", CHILDREN.strip().splitlines())
def test_a_child_is_told(text: str) -> None:
    assert minor(of(text), TODAY)


@pytest.mark.parametrize("text", OTHERS.strip().splitlines())
def test_others_are_none(text: str) -> None:
    assert not minor(of(text), TODAY)
