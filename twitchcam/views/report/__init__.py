"""The report: one self-contained page that says what was found, for the person and their doctor."""
