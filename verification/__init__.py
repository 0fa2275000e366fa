"""Slow statistical checks of what the model shows: `python -m verification`. Outside the quick tests."""
