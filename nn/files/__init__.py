"""How values become files: whole or not at all, with a checksum, and without code in them."""
