"""Dagster resources: the way into and out of the store."""
