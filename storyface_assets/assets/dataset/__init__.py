"""Training sets of photos and sentences: raw ones as published, made leak-free; our stories."""

from storyface_assets.assets.dataset.augmented_faces import augmented_faces
from storyface_assets.assets.dataset.box_checked import box_checked
from storyface_assets.assets.dataset.celeba_images import celeba_images
from storyface_assets.assets.dataset.cropped_faces import cropped_faces
from storyface_assets.assets.dataset.deduplicated import deduplicated
from storyface_assets.assets.dataset.emotion_splits import emotion_splits
from storyface_assets.assets.dataset.general_sentences import general_sentences
from storyface_assets.assets.dataset.head_shots import head_shots
from storyface_assets.assets.dataset.label_filtered import label_filtered
from storyface_assets.assets.dataset.near_duplicates import near_duplicates
from storyface_assets.assets.dataset.raw_emotion_images import raw_emotion_images
from storyface_assets.assets.dataset.sources import raw_sets
from storyface_assets.assets.dataset.stargan_training_set import stargan_training_set
from storyface_assets.assets.dataset.story_sentences import story_sentences

DATASET_ASSETS = [
    raw_sets,
    raw_emotion_images,
    label_filtered,
    near_duplicates,
    deduplicated,
    box_checked,
    cropped_faces,
    augmented_faces,
    emotion_splits,
    celeba_images,
    stargan_training_set,
    general_sentences,
    story_sentences,
    head_shots,
]
