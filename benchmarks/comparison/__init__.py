"""The product beside its peers: the same packs, each engine in a process of its own, figures side by side.

`engines` says who takes part and what each was told, `serve` is the process of an engine, `child` talks to it, `packs`
hands out the packs and scores what came out, `report` and `charts` write `RESULTS.md`. `make bench-peers` does it all.
"""
