"""Plan marketing campaigns with agents: numbers from code, words from models."""
