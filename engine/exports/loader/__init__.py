"""Source files that travel inside exported folders, each complete in itself."""
