"""Plays the main job from outside, as people and machines do it: by pages and the API."""
