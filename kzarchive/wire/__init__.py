"""Wire: how values become bytes and come back: codec, upcasters, and the rules of the vocabulary."""
