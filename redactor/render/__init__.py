"""A renderer per medium: a de-identified copy in the same form, and the check of one."""
