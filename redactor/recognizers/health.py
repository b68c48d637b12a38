"""HEALTH (GDPR article 9): conditions, treatments and disability that somebody tells of."""

from __future__ import annotations

import re
from collections.abc import Iterable

from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.view import View

_ORGAN = r"(?:καρδια|νεφρα?|συκωτι|πνευμονεσ|πνευμονι|ματια|ορασησ?|ακοησ?|μεση|πλατη|νευρα|κινησησ?|υγειασ?)"
_CONDITION = re.compile(
    r"(?<![^\W_])(?:"
    rf"προβλημα(?:τα)? (?:με (?:την|τη|το|τα|τουσ) {_ORGAN}|(?:κινητικοτητασ|{_ORGAN}))|"
    r"(?:ατομο με |με )?(?:κινητικη |νοητικη )?αναπηρι\w{1,2}(?: \d{1,3}\s?%| τοισ εκατο)?|"
    r"α\.?μ\.?ε\.?α\.?(?![^\W_])|τετραπληγ\w{2,4}|παραπληγ\w{2,4}|"
    r"(?:σακχαρωδη\w? )?διαβητ\w{1,4}|ινσουλιν\w{1,2}|χημειοθεραπει\w{1,3}|ακτινοθεραπει\w{1,3}|καρκιν\w{1,3}|"
    r"ογκολογ\w{2,4}|λευχαιμι\w{1,2}|μεταστασ\w{2,4}|"
    r"ασθμα(?:τικ\w{1,3})?|βρογχιτιδα\w?|χρονια αποφρακτικη πνευμονοπαθεια|χ\.?α\.?π\.?(?![^\W_])|"
    r"οξυγονοθεραπεια|αναπνευστηρα\w?|αιμοκαθαρσ\w{1,3}|νεφροπαθ\w{2,4}|καρδιοπαθ\w{2,4}|"
    r"εμφραγμα\w{0,4}|εγκεφαλικο επεισοδιο|βηματοδοτη\w?|υπερταση|καταθλιψη\w?|διπολικ\w{1,3}|"
    r"σχιζοφρενει\w{1,2}|αγχωδ\w{2,4}|κρισεισ πανικου|ψυχιατρ\w{1,4}|αυτισμ\w{1,3}|"
    r"επιληψι\w{1,2}|αλτσχαιμερ|ανοια\w?|παρκινσον|σκληρυνση κατα πλακασ|εγκυοσ|εγκυμοσυνη\w?|εγχειρηση\w?|"
    r"χειρουργει\w{1,2}|νοσηλε\w{2,8}|διαλυση νεφρου|"
    r"θαλασσαιμι\w{1,2}|μεσογειακη αναιμια|ηπατιτιδα\w?|hiv|aids|τυφλ\w{1,3}(?= ατομο)|κωφ\w{1,3}(?= ατομο)|"
    r"diabet\w{2,4}|insulin|chemotherapy|chemo|radiotherapy|cancer|tumou?r|leuka?emia|asthma|copd|dialysis|"
    r"heart (?:condition|attack|failure|disease|problems?)|pacemaker|stroke|"
    r"depression|bipolar|schizophrenia|anxiety disorder|autis\w{1,3}|epilep\w{2,4}|alzheimer\w{0,2}|dementia|"
    r"parkinson\w{0,2}|multiple sclerosis|pregnan\w{1,3}|surgery|disabilit\w{1,3}|disabled|"
    r"wheelchair|hepatitis|kidney (?:failure|disease|problems?)|high blood pressure|oxygen (?:machine|concentrator)"
    r")(?![^\W_])"
)


class HealthRecognizer(FoldedRecognizer):
    """Words for illness and disability; a word list, so what is told in other words is missed."""

    ENTITIES = ("HEALTH",)

    def matches(self, text: View) -> Iterable[Match]:
        """Each mention by itself."""
        for match in _CONDITION.finditer(text.plain):
            yield Match(*match.span(), "HEALTH", 0.5)
