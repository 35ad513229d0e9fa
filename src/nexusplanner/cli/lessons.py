"""``nexusplanner lessons``: what outcomes taught, and the way to take a lesson out of use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from nexusplanner.cli import options

if TYPE_CHECKING:
    from nexusplanner.domain.lesson import Lesson

lessons = typer.Typer(help="List what outcomes taught, or withdraw a lesson.", invoke_without_command=True)


@lessons.callback()
def list_lessons(
    context: typer.Context,
    *,
    tenant: options.Tenant = None,
    workspace: options.Workspace = None,
    json: options.Json = False,
) -> None:
    """List what outcomes taught: each lesson by itself, with how often it helped and hurt later plans."""
    if context.invoked_subcommand is not None:
        return
    from nexusplanner.cli.opening import load_settings, need_workspace, open_planner
    from nexusplanner.cli.screen import print_json, print_table, screen

    settings = load_settings(workspace=workspace, tenant=tenant)
    need_workspace(settings, "lessons")
    with open_planner(settings) as planner:
        found = planner.lessons(tenant=settings.tenant)
    if json:
        print_json(_as_json(found))
        return
    if not found:
        screen(is_error=True).print(f"No lessons of tenant {settings.tenant!r} in {settings.workspace}.")
        return
    header = ("Lesson", "Day", "Channel", "Helped", "Hurt", "Status", "What was seen")
    print_table(screen(), header, [_row(lesson) for lesson in found], right=frozenset({3, 4}))


@lessons.command("withdraw")
def withdraw(
    lesson: str = typer.Argument(metavar="LESSON", help="Its id, as the list tells it.", show_default=False),
    *,
    tenant: options.Tenant = None,
    workspace: options.Workspace = None,
) -> None:
    """Take a lesson out of use: no later plan is told of it, and it stays to be read."""
    from nexusplanner.cli.opening import load_settings, need_workspace, open_planner
    from nexusplanner.cli.screen import screen
    from nexusplanner.rendering.format import folded

    settings = load_settings(workspace=workspace, tenant=tenant)
    need_workspace(settings, "lessons withdraw")
    with open_planner(settings) as planner:
        gone = planner.withdraw_lesson(lesson, tenant=settings.tenant)
    screen().print(f"Withdrawn: {folded(gone.text)}")


def _row(lesson: Lesson) -> tuple[str, ...]:
    from nexusplanner.rendering.format import channel_name, folded

    channel = channel_name(lesson.channel) if lesson.channel else "all"
    counts = (str(lesson.helped), str(lesson.hurt))
    return (lesson.id, lesson.learnt_on.isoformat(), channel, *counts, lesson.status, folded(lesson.text))


def _as_json(found: tuple[Lesson, ...]) -> str:
    from json import dumps

    return dumps([lesson.model_dump(mode="json") for lesson in found], indent=1, ensure_ascii=False) + "\n"
