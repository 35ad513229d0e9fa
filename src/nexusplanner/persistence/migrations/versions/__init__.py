"""The steps of the schema, one file a revision."""
