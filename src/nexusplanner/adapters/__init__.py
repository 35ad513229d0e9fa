"""Vendors and files behind our ports: each translates, nothing else."""
