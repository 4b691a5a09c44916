"""The training photos: from raw sets as their publishers give them to leak-free training sets."""
