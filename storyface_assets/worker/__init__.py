"""Entry points for long work on another machine: ``python -m storyface_assets.worker.…``."""
