"""DuckDB without its surprises: no downloads, no reading of Python variables, bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nexusplanner.errors import InputError

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "1GB"


def connect(*, threads: int | None = None, spill: str = "") -> duckdb.DuckDBPyConnection:
    """Open a database in memory that loads no extension and sees no Python variable.

    Args:
        threads: Number of threads; all cores where left out. One thread adds floats in file order,
            so that sums are the same on every machine.
        spill: Folder for what does not fit in memory; nothing is spilled where left out.
    """
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "python_enable_replacements": "false",
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": spill,
    }
    if threads is not None:
        config["threads"] = str(threads)
    return duckdb.connect(":memory:", config=config)


def lock_down(con: duckdb.DuckDBPyConnection) -> None:
    """Cut a database off from files and network, for good."""
    con.execute("SET temp_directory = ''")
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")


@contextmanager
def reading(source: str) -> Iterator[None]:
    """Turn what DuckDB says of a file into one line that names the file.

    Raises:
        InputError: DuckDB could not read it.
    """
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise InputError(
            f"does not fit in {MEMORY_LIMIT} of memory",
            source=source,
            fix="Hand in fewer columns or rows.",
        ) from error
    except duckdb.InvalidInputException as error:
        if "CSV" not in str(error):
            raise InputError(
                "not a Parquet file that can be read",
                source=source,
                fix="Write it again.",
            ) from error
        raise InputError(
            "not a regular table: line endings are mixed or a quote is never closed",
            source=source,
            fix="Save it again as CSV in UTF-8 with one kind of line ending.",
        ) from error
    except duckdb.Error as error:
        raise InputError(f"cannot be read: {str(error).splitlines()[0]}", source=source) from error


def literal(text: str) -> str:
    """Write a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Write a column's name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
