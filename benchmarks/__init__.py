"""Figures: what was measured, how, and on which machine."""
