"""From raw photos to training sets: readers, cleaning, cropping, turning, splitting.

Every step takes a table with a row a photo and returns one: what it found in new columns, and
``kept`` and ``reason`` for what it leaves out. Pictures that a step makes lie in a
:class:`~storyface_assets.lib.store.blobs.BlobStore` and are named by their hash.
"""
