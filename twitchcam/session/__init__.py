"""The session folder: the files of one recording, written so that a crash loses little, and read back."""
