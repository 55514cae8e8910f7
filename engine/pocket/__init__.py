"""The built-in model: its pictures, its captions, its training recipe."""
