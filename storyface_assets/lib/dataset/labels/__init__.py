"""Which expression a photo shows: what people agree on, what a model doubts, what was decided."""
