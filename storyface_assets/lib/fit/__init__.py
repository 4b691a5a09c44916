"""Photo to head: shape, expression, pose, light and texture of one face."""
