"""StoryFace: one front photo and a Korean storybook become a narrated 3D film (Dagster assets)."""

__version__ = "0.1.0"
