"""Gold against outputs: what leaked, how much was removed that should have stayed, and how sure one can be of it.

Only what came out is looked at: sound samples, pixels, text. The sidecars of this product add its latency and what it
said that it found; outputs of other programs are judged by the same definitions (see `texts`, `sound` and `ink`).
"""
