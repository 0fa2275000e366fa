"""How a week runs: randomness, compilation, order of the week, one simulation."""
