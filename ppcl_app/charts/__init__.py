"""Charts of our own making over pyqtgraph, which is imported only when the first one is needed."""
