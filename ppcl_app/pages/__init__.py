"""The pages: each puts widgets together and ties them to models."""
