"""What a run lets be seen: typed events."""
