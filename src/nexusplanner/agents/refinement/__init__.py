"""Refinement: what a person asks of a plan, read into typed changes, applied, and followed through."""
