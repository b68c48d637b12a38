"""One file per foreign library: the only home of heavy imports."""
