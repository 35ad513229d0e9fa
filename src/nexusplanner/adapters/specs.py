"""Turn ``kind:location?key=value&...`` strings into typed specs, and specs into adapters.

csv:transactions.csv                          one file
csv:transactions.csv,customers.csv            several files
csv:data/                                     a folder
csv:tx.csv?customer_id=id&amount=spent        options: columns by name, limits
rss:https://example.org/feed?topic=x          a URL keeps its own query ...
rss:https://example.org/feed#source=Example   ... its options stand in the fragment
"""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from pydantic import Field

from nexusplanner.domain.model import DomainModel
from nexusplanner.errors import InputError, shown

if TYPE_CHECKING:
    from nexusplanner.adapters.crm.csv import CsvCRM
    from nexusplanner.adapters.history.csv import CsvHistory
    from nexusplanner.adapters.tables.files import Encoding

CRM_KINDS = ("csv",)
HISTORY_KINDS = ("csv",)

_MAX_SPEC = 4_000


class Spec(DomainModel):
    """Where an adapter reads from: ``kind:location?key=value&...``, taken apart."""

    kind: str
    location: str
    """File, folder or URL as written; several files are joined by commas."""
    options: dict[str, str] = Field(default_factory=dict)

    @property
    def is_url(self) -> bool:
        """Whether the location is an http(s) address."""
        return _is_url(self.location)

    def paths(self, *, base: Path) -> tuple[Path, ...]:
        """Return the files or folders of the location, relative ones below ``base``."""
        return tuple(base / Path(part.strip()).expanduser() for part in self.location.split(",") if part.strip())


def parse_spec(text: str, *, kinds: Collection[str], what: str) -> Spec:
    """Take a spec apart.

    Args:
        text: ``kind:location?key=value&...``; options may be percent-encoded.
        kinds: The kinds that are known here.
        what: What the spec is for (``crm``); errors name it.

    Raises:
        InputError: No kind, an unknown kind, no location, or options that are not ``key=value``.
    """
    known = f"Known kinds: {', '.join(f'{kind}:' for kind in sorted(kinds))}."
    kind, colon, rest = text.strip().partition(":")
    if len(text) > _MAX_SPEC or not text.isprintable():
        raise InputError("not a spec of one short line", field=what, value=text, fix=known)
    if not colon:
        example = f"{min(kinds)}:{text.strip() or 'file'}"
        raise InputError(
            "a spec starts with its kind",
            field=what,
            value=text,
            fix=f"Write {shown(example)}. {known}",
        )
    kind = kind.strip().lower()
    if kind not in kinds:
        near = get_close_matches(kind, sorted(kinds), n=1)
        hint = f"Did you mean '{near[0]}:'? " if near else ""
        raise InputError("unknown kind", field=what, value=kind, fix=hint + known)
    location, _, query = rest.partition("#" if _is_url(rest.strip()) else "?")
    if not location.strip():
        raise InputError("a spec names a file, folder or URL after its kind", field=what, value=text)
    return Spec(kind=kind, location=location.strip(), options=_options(query, what=what))


def check_options(spec: Spec, *, known: Collection[str], what: str) -> None:
    """Refuse options that nobody reads.

    Raises:
        InputError: An option is unknown; names the nearest known one.
    """
    for key in spec.options:
        if key not in known:
            near = get_close_matches(key, sorted(known), n=1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise InputError(
                "unknown option",
                field=what,
                value=key,
                fix=f"{hint}Known options: {', '.join(sorted(known))}.",
            )


def share_option(spec: Spec, key: str, default: float, *, what: str) -> float:
    """Read an option that is a share between 0 and 1.

    Raises:
        InputError: It is not a number in that range.
    """
    raw = spec.options.get(key)
    if raw is None:
        return default
    try:
        value = float(raw)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.0:
        raise InputError(
            "not a share between 0 and 1",
            field=f"{what}.{key}",
            value=raw,
            fix="Write 0.05 for 5 %.",
        )
    return value


def encoding_option(spec: Spec, *, what: str) -> Encoding:
    """Read the option ``encoding``; UTF-8 where it is left out.

    Raises:
        InputError: The encoding is not known.
    """
    from nexusplanner.adapters.tables.files import ENCODINGS

    raw = spec.options.get("encoding", "utf-8").lower()
    for encoding in ENCODINGS:
        if raw == encoding:
            return encoding
    raise InputError(
        "unknown encoding",
        field=f"{what}.encoding",
        value=raw,
        fix=f"Known: {', '.join(ENCODINGS)}.",
    )


def crm_from_spec(spec: str, *, base: Path) -> CsvCRM:
    """Build the customer base that a spec names.

    Args:
        spec: ``csv:`` and one file, two files, or a folder with ``transactions.csv`` and/or
            ``customers.csv`` (or ``.parquet``). Options: ``currency=USD``, ``max_bad_share``,
            ``as_of=2024-12-31``, ``date_format``, ``encoding``, and any column by name
            (``customer_id=id``; a column of currencies is ``currency_column=...``).
        base: Folder that relative paths start from.

    Raises:
        InputError: The spec or a file is wrong.
    """
    from nexusplanner.adapters.crm.from_spec import csv_crm

    return csv_crm(parse_spec(spec, kinds=CRM_KINDS, what="crm"), base=base)


def history_from_spec(spec: str, *, base: Path) -> CsvHistory:
    """Build the channel history that a spec names.

    Args:
        spec: ``csv:`` and one file. Options: ``outcome=y``, ``spend=x1,x2``, ``date=week``, any other
            column by name, ``max_bad_share``, ``date_format``, ``encoding``.
        base: Folder that relative paths start from.

    Raises:
        InputError: The spec or the file is wrong.
    """
    from nexusplanner.adapters.history.from_spec import csv_history

    return csv_history(parse_spec(spec, kinds=HISTORY_KINDS, what="history"), base=base)


def _is_url(location: str) -> bool:
    return location.lower().startswith(("http://", "https://"))


def _options(query: str, *, what: str) -> dict[str, str]:
    options: dict[str, str] = {}
    for part in filter(None, query.split("&")):
        raw_key, equals, raw_value = part.partition("=")
        key, value = unquote(raw_key).strip(), unquote(raw_value).strip()
        if not (key and equals and value):
            raise InputError(
                "options are written key=value and joined by '&'",
                field=what,
                value=part,
            )
        if key in options:
            raise InputError("an option stands twice", field=what, value=key, fix="Keep one of them.")
        options[key] = value
    return options
