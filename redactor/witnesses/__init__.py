"""Witnesses: each output is looked at again by other means than those that made it, before anyone may have it."""
