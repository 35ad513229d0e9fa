"""``nexusplanner lessons``: what outcomes taught, and the way to take a lesson out of use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from nexusplanner.cli import options

if TYPE_CHECKING:
    from nexusplanner.domain.lesson import Lesson
    from nexusplanner.settings import Settings

Action = Annotated[
    Literal["withdraw"] | None,
    typer.Argument(metavar="[withdraw", help="Take a lesson out of use; by default all are listed", show_default=False),
]
Which = Annotated[
    str | None, typer.Argument(metavar="LESSON]", help="Its id, as the list tells it", show_default=False)
]


def lessons(
    action: Action = None,
    lesson: Which = None,
    *,
    tenant: options.Tenant = None,
    workspace: options.Workspace = None,
    json: options.Json = False,
) -> None:
    """List what outcomes taught, and how often each lesson helped and hurt later plans; or withdraw one."""
    from nexusplanner.cli.opening import load_settings, need_workspace

    settings = load_settings(workspace=workspace, tenant=tenant)
    need_workspace(settings, "lessons")
    if action is None:
        _list(settings, is_json=json)
    elif lesson is None:
        raise typer.BadParameter("name the lesson to withdraw, as the list tells it.")
    else:
        _withdraw(settings, lesson)


def _list(settings: Settings, *, is_json: bool) -> None:
    from nexusplanner.cli.opening import open_planner
    from nexusplanner.cli.screen import print_json, print_table, screen

    with open_planner(settings) as planner:
        found = planner.lessons(tenant=settings.tenant)
    if is_json:
        print_json(_as_json(found))
        return
    if not found:
        screen(is_error=True).print(f"No lessons of tenant {settings.tenant!r} in {settings.workspace}.")
        return
    header = ("Lesson", "Day", "Channel", "Helped", "Hurt", "Status", "What was seen")
    print_table(screen(), header, [_row(lesson) for lesson in found], right=frozenset({3, 4}))


def _withdraw(settings: Settings, lesson: str) -> None:
    from nexusplanner.cli.opening import open_planner
    from nexusplanner.cli.screen import screen
    from nexusplanner.rendering.format import folded

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
