"""PPCL Studio's window: pages, charts and pictures; every weight is touched in an engine process."""
