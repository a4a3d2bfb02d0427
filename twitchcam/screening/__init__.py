"""What a log of twitches means: laterality, synchrony with the eye, rhythm, levels and their wording; pure."""
