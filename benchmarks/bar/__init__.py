"""The regression bar: a small fixed pack that every change must still redact as well as the recorded run did.

`benchmarks.bar.pack` says what is in it, `run` puts it through the product, `texts`, `calls` and `screens` judge what
came out by definitions of their own, `record` compares with `bar.json`. `python -m benchmarks.bar` does all of it.
"""
