"""Telling people by Slack or mail what happened while nobody was watching.

Targets come from the environment, never from Dagster's configuration, which anybody can read in
its UI; what is secret there is in no log and in no error.
"""

from storyface_assets.lib.notices.notice import Notice
from storyface_assets.lib.notices.targets import Told, send_to_all

__all__ = ["Notice", "Told", "send_to_all"]
