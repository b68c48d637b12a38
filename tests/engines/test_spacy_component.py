from __future__ import annotations

import spacy
from spacy.tokens import Span


def test_the_component_sets_entities() -> None:
    pipeline = spacy.blank("el")
    pipeline.add_pipe("redactor_names")
    found = {(entity.text, entity.label_) for entity in pipeline("ο λογαριασμός είναι του Στέλιου Μαυρουδή").ents}
    assert ("Στέλιου Μαυρουδή", "PERSON") in found
    assert not pipeline("").ents


def test_entities_that_are_there_stay_and_the_threshold_counts() -> None:
    pipeline = spacy.blank("el")
    pipeline.add_pipe("redactor_names", config={"threshold": 1.0})
    doc = pipeline.make_doc("του Στέλιου Μαυρουδή")
    doc.ents = (Span(doc, 1, 2, label="FIRST"),)
    for _, component in pipeline.pipeline:
        doc = component(doc)
    assert [(entity.text, entity.label_) for entity in doc.ents] == [("Στέλιου", "FIRST")]
