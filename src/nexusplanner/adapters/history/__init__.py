"""Histories of the channels."""
