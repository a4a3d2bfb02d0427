"""Where the face is and how it moves: mesh, sub-pixel registration, trackers."""
