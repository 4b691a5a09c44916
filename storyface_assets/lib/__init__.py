"""All that knows no Dagster: from photo and text to head, voice and film."""
