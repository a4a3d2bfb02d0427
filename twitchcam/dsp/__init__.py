"""Signal processing that takes a signal as it comes: filters, pulses, noise."""
