"""Motion magnified: how the skin moved in a short stretch, what of it is a twitch, and pictures with more of that."""
