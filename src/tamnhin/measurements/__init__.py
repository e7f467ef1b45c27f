"""Values and their states, imports; frames.py is the only door to engine data."""
