"""One file, one target: a tier written so that other programs load it."""
