"""What changes over days and weeks, and with what: statistics over sessions. Nothing here reads a file."""
