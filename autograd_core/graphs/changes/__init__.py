"""The same program at new values, and what differs between two snapshots."""
