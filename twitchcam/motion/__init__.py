"""Motion of lip sites, corners, lids and head, in the face's own frame."""
