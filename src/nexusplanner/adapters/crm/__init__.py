"""Customer bases."""
