"""The nouns: frozen models and pure rules. Nothing here reads a clock, a network or a model."""
