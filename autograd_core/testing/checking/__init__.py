"""Is the derivative of a function right? Differences along lines, a verdict, and a guess at the mistake."""
