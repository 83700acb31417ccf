"""What is to be done: simpler operations, their order, and where each result lies."""
