"""Reviewing a session: a person looks at event after event and says what each was."""
