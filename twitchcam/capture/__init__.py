"""Where frames come from, and the clock that each of them carries."""
