"""Small pictures and tables for the Dagster UI: each ≤ 30 KB, arrays and tables in, text out."""
