"""The worker that trains the expression classifier, with the profile ``tiny`` cut to two steps."""

from dataclasses import replace

from storyface_assets.worker import train_image_emotion as worker


def main() -> None:
    """Like the worker's own."""
    worker.PROFILES["tiny"] = tuple(
        replace(plan, recipe=replace(plan.recipe, steps=2, size=32), validate_every=2)
        for plan in worker.PROFILES["tiny"]
    )
    worker.main()


if __name__ == "__main__":
    main()
