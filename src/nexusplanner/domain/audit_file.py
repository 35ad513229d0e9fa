r"""The exported audit log: JSON lines that prove themselves, with no database at hand.

    {"chain":"nexusplanner-audit/1","tenant":"acme"}
    {"action":"run.started","at":"2026-11-02T09:30:00.000000Z", …}
    {"head":{"hash":"…","seq":1,"tenant":"acme"}}

Each line is canonical JSON and ends in ``\n``, so that every byte of the file counts. Whoever keeps the head apart from
the file also finds that its end was cut off together with the last line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from pydantic import ValidationError

from nexusplanner.domain.audit import AuditEntry, AuditHead
from nexusplanner.domain.audit_chain import FORM, AuditReport, ChainCheck, genesis
from nexusplanner.domain.calculation import canonical
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.plain_file import parse_json
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.errors import InputError, TenantError

MAX_LINE = 1_000_000
"""Bytes of a line; an entry has a few hundred."""


def export_lines(entries: Iterable[AuditEntry], *, start: AuditHead) -> Iterator[str]:
    """Write a chain as lines, the head last.

    Args:
        entries: The chain, in order.
        start: What the first of them follows.
    """
    first: JsonObject = {"chain": FORM, "tenant": start.tenant}
    yield _line(first if start.seq == 0 else {**first, "after": start.model_dump(mode="json")})
    head = start
    for entry in entries:
        head = AuditHead(tenant=start.tenant, seq=entry.seq, hash=entry.hash)
        yield _line(entry.model_dump(mode="json"))
    yield _line({"head": head.model_dump(mode="json")})


def verify_file(file: BinaryIO, *, source: str, head: str = "") -> AuditReport:
    """Check an exported audit log, line by line.

    Args:
        file: The file, open for reading bytes.
        source: Its name, for errors.
        head: A head that was kept elsewhere, as it was printed.

    Raises:
        InputError: It is no exported audit log at all, or the head is none. What was changed in one is a fault of
            the report.
    """
    start = _start(_tree(file.readline(MAX_LINE), source=source), source=source)
    check = ChainCheck(start, [head_from(head, tenant=start.tenant)] if head else ())
    last, number, ended = start, start.seq, False
    for number, raw in enumerate(iter(lambda: file.readline(MAX_LINE), b""), start=start.seq + 1):
        if ended:
            check.fault(number, "something stands behind the last line")
            break
        tree = _read(raw, source=source)
        if "head" in tree:
            ended = True
            if tree != {"head": last.model_dump(mode="json")} or raw != _line(tree).encode():
                check.fault(last.seq, "the last line does not name it as the head")
            continue
        entry = _entry(tree)
        if entry is None or raw != _line(tree).encode():
            check.fault(number, "its line was changed")
        if entry is not None:
            check.add(entry)
            last = AuditHead(tenant=start.tenant, seq=entry.seq, hash=entry.hash)
    if not ended:
        check.fault(number, "the file is cut off: its last line does not name the head")
    return check.report()


def head_from(text: str, *, tenant: str) -> AuditHead:
    """Read a head as it is printed: ``12:ab34…``.

    Raises:
        InputError: It is none.
    """
    seq, _, hash_ = text.strip().partition(":")
    if not seq.isascii() or not seq.isdigit() or len(hash_) != len(genesis(tenant).hash):
        raise InputError("not a head", field="head", value=text, fix="Give it as it was printed: number:hash.")
    return AuditHead(tenant=tenant, seq=int(seq), hash=hash_)


def _line(tree: JsonObject) -> str:
    return canonical(tree) + "\n"


def _start(tree: JsonObject, *, source: str) -> AuditHead:
    """Read the first line; a log whose oldest entries were let go says what the first one left follows."""
    try:
        tenant = tenant_name(str(tree.get("tenant")))
        start = AuditHead.model_validate(tree["after"]) if "after" in tree else genesis(tenant)
    except (TenantError, ValidationError):
        start, tenant = None, ""
    if start is None or tree.get("chain") != FORM or start.tenant != tenant:
        raise InputError("not an audit log", source=source, fix="Hand in a file of 'nexusplanner audit export'.")
    return start


def _tree(raw: bytes, *, source: str) -> JsonObject:
    tree = _read(raw, source=source)
    if tree and raw != _line(tree).encode():
        raise InputError("not an audit log: its first line was changed", source=source, fix="Export it again.")
    return tree


def _read(raw: bytes, *, source: str) -> JsonObject:
    """Read a line; what is no JSON object reads as an empty one."""
    try:
        tree = parse_json(raw.decode("utf-8"), source=source, exact=False)
    except (InputError, UnicodeDecodeError):
        return {}
    return tree if isinstance(tree, dict) else {}


def _entry(tree: JsonObject) -> AuditEntry | None:
    try:
        return AuditEntry.model_validate(tree)
    except ValidationError:
        return None
