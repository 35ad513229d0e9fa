"""``nexusplanner audit``: what was done, by whom and when; proven, and written to a file that proves itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nexusplanner.cli import options
from nexusplanner.errors import InputError

if TYPE_CHECKING:
    from nexusplanner.domain.audit import AuditEntry
    from nexusplanner.domain.audit_chain import AuditReport
    from nexusplanner.settings import Settings

What = Annotated[
    str,
    typer.Argument(metavar="[list|verify|export]", help="What to do; by default the log is listed", show_default=False),
]
File = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="An exported log to verify, or the file to export to", show_default=False),
]
Head = Annotated[
    str,
    typer.Option(metavar="HEAD", help="A head that was kept elsewhere (number:hash), for verify", show_default=False),
]
Subject = Annotated[
    str | None, typer.Option(metavar="ID", help="List only what was done to this plan or run", show_default=False)
]
Last = Annotated[int, typer.Option(min=1, max=100_000, metavar="N", help="List the last N entries")]


def audit(
    what: What = "list",
    file: File = None,
    *,
    head: Head = "",
    subject: Subject = None,
    last: Last = 50,
    tenant: options.Tenant = None,
    workspace: options.Workspace = None,
    json: options.Json = False,
) -> None:
    """List the audit log, verify it, or export it; every change of it is found, in the workspace and in a file."""
    if what == "verify" and file is not None:
        _verdict(_of_file(file, head), json=json)
        return
    from nexusplanner.cli.opening import load_settings, need_workspace

    settings = load_settings(workspace=workspace, tenant=tenant)
    if settings.storage.url is None:
        need_workspace(settings, "audit")
    if what == "verify":
        _verdict(_of_workspace(settings, head), json=json)
    elif what == "export":
        _export(settings, file)
    elif what == "list":
        _list(settings, subject, last, json=json)
    else:
        raise InputError("not something that audit does", field="audit", value=what, fix="Use list, verify or export.")


def _of_file(file: Path, head: str) -> AuditReport:
    from nexusplanner.domain.audit_file import verify_file

    try:
        with file.open("rb") as opened:
            return verify_file(opened, source=file.name, head=head)
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror or error}", source=str(file), fix="Check the path and its rights."
        ) from None


def _of_workspace(settings: Settings, head: str) -> AuditReport:
    from nexusplanner.cli.opening import open_planner

    with open_planner(settings) as planner:
        return planner.verify_audit(head or None, tenant=settings.tenant)


def _verdict(report: AuditReport, *, json: bool) -> None:
    from nexusplanner.cli.screen import print_json, screen

    if json:
        print_json(report.model_dump_json(indent=1) + "\n")
    else:
        console = screen()
        console.print(str(report))
        for fault in report.faults[1:]:
            console.print(str(fault))
    if not report.is_intact:
        raise typer.Exit(1)


def _export(settings: Settings, file: Path | None) -> None:
    from nexusplanner.cli.opening import open_planner
    from nexusplanner.cli.screen import screen

    if file is None:
        raise InputError("no file was named", field="audit export", fix="Add the path of the file to write.")
    with open_planner(settings) as planner:
        head = planner.export_audit(file, tenant=settings.tenant)
    console = screen()
    console.print(f"{file}: {head.seq:,} entries. Keep this head apart from the file:")
    console.print(str(head))


def _list(settings: Settings, subject: str | None, last: int, *, json: bool) -> None:
    from nexusplanner.cli.opening import open_planner
    from nexusplanner.cli.screen import print_json, print_table, screen

    with open_planner(settings) as planner:
        entries = planner.audit(subject=subject, limit=last, tenant=settings.tenant)
    if json:
        from json import dumps

        print_json(dumps([entry.model_dump(mode="json") for entry in entries], indent=1, ensure_ascii=False) + "\n")
    elif entries:
        print_table(
            screen(), ("No.", "When", "Who", "What", "To what"), [_row(e) for e in entries], right=frozenset({0})
        )
    else:
        screen(is_error=True).print(f"Nothing was noted for tenant {settings.tenant!r} in {settings.workspace}.")


def _row(entry: AuditEntry) -> tuple[str, ...]:
    from nexusplanner.rendering.format import folded

    return (
        str(entry.seq),
        entry.at[:19].replace("T", " "),
        folded(entry.actor) or "(erased)",
        entry.action,
        entry.subject,
    )
