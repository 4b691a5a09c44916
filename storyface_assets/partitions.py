"""Partitions: one a book. The key is the book folder's slug (``lib/books`` has the slug rule)."""

from dagster import DynamicPartitionsDefinition

BOOKS_NAME = "books"
BOOKS = DynamicPartitionsDefinition(name=BOOKS_NAME)
