"""How a week runs: its order, one simulation, plans and branches, the calendar of elections, recording, compilation."""
