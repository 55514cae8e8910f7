"""Numbers without a model: least squares, similarity, losses."""
