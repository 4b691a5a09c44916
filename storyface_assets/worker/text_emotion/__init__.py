"""Parts of the training of the text emotion model."""
