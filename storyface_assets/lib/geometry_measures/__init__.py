"""How far made heads are from true ones."""
