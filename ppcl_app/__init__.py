"""PPCL Studio's window: pages, charts, pictures. Weights are touched in an engine process only."""
