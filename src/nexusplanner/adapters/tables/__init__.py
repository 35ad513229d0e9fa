"""Read tables from strangers' files through DuckDB: encodings, ragged rows, synonyms, caps."""
