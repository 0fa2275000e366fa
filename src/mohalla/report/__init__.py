"""How we show it: one self-contained HTML page for a run."""
