"""Market signals from feeds and files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nexusplanner.adapters.signals.rows import RowSignals
from nexusplanner.adapters.signals.rss import FeedSignals
from nexusplanner.adapters.specs import Spec, check_options, parse_spec, share_option
from nexusplanner.errors import InputError

if TYPE_CHECKING:
    from nexusplanner.ports.signals import Signals

__all__ = ["FeedSignals", "RowSignals", "signals_from_spec"]

SIGNALS_KINDS = ("rss", "csv", "jsonl")
_FEED_OPTIONS = ("source", "max_bad_share")
_COLUMNS = ("title", "text", "url", "published_at")
_ROW_OPTIONS = (*_COLUMNS, "source_column", "source", "max_bad_share")


def signals_from_spec(spec: str, *, base: Path) -> Signals:
    """Build the signals that a spec names.

    Args:
        spec: ``rss:`` and a file or URL, ``csv:`` or ``jsonl:`` and a file. Options: ``source=NAME`` (who speaks),
            ``max_bad_share``; for rows also ``title``, ``text``, ``url``, ``published_at``, ``source_column``
            (columns by name).
        base: Folder that relative paths start from.

    Raises:
        InputError: The spec is wrong.
    """
    parsed = parse_spec(spec, kinds=SIGNALS_KINDS, what="signals")
    is_feed = parsed.kind == "rss"
    check_options(parsed, known=_FEED_OPTIONS if is_feed else _ROW_OPTIONS, what="signals")
    source = parsed.options.get("source", "")
    if is_feed:
        location = parsed.location if parsed.is_url else _file(parsed, base=base)
        share = share_option(parsed, "max_bad_share", 0.5, what="signals")
        return FeedSignals(location, source=source, max_bad_share=share)
    columns = {field: parsed.options[field] for field in _COLUMNS if field in parsed.options}
    if "source_column" in parsed.options:
        columns["source"] = parsed.options["source_column"]
    return RowSignals(
        _file(parsed, base=base),
        "csv" if parsed.kind == "csv" else "jsonl",
        columns=columns,
        source=source,
        max_bad_share=share_option(parsed, "max_bad_share", 0.2, what="signals"),
    )


def _file(spec: Spec, *, base: Path) -> Path:
    paths = spec.paths(base=base)
    if len(paths) != 1 or spec.is_url:
        raise InputError(
            "names one file",
            field="signals",
            value=spec.location,
            fix="Give each file its own spec; a URL only with rss:.",
        )
    return paths[0]
