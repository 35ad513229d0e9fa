"""The nodes of the plan graph: one file each, named for what it does."""
