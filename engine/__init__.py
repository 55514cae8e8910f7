"""The PPCL engine: everything that touches weights, and nothing that touches a window."""

__version__ = "0.1.0"
