"""Ways to break a correct output on purpose: what the gate must notice."""
