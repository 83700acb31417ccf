"""What is told about operations beside their values: time, memory, work, and where numbers went bad."""
