"""A reader per medium: a file becomes evidence, whole or not at all."""
