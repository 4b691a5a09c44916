"""ELECTRA's pre-training (Clark et al. 2020): replaced pieces are told from those of the text."""
