"""Small towns, single steps and places set by hand: what tests look at and what the pictures of the docs show."""
