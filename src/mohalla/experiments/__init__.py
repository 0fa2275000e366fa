"""What we conclude: comparisons between runs, and between runs and the public record."""
