"""Many videos: which ones, how their sessions are called, and who does the work: processes here or a cluster."""
