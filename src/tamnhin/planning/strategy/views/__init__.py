"""Views of the strategy: the frame (vision, perspectives, cycles), goals, and what is done with a goal."""
