"""Events: what was found, and what it must not be taken for."""
