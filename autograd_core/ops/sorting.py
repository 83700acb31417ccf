"""Orders of numbers: the index arrays by which sorting is a gather."""
