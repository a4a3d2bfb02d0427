"""Live monitoring: the loop over a camera, and what shows it."""
