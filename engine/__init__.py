"""The PPCL engine: everything that touches weights, and nothing that touches a window."""
