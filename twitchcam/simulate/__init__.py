"""Rendered twitches of known place, size and time, on a portrait or in a real video."""
