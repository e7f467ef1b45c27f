"""Vision, mission, values and goals."""
