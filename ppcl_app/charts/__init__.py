"""The chart of what learns: drawn by us, as it takes a fraction of a chart library's memory."""
