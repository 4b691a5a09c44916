"""Books on disk: titles, stories, wishes, and the folder that holds them."""
