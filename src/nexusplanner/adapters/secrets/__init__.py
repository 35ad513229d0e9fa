"""Secrets from the environment, from files, from AWS Secrets Manager and from Vault."""

from nexusplanner.adapters.secrets.environment import EnvironmentSecrets
from nexusplanner.adapters.secrets.files import FileSecrets

__all__ = ["EnvironmentSecrets", "FileSecrets"]
