"""Documents cut into passages, each with its place in the document."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import NamedTuple

LONGEST_PASSAGE = 1_200
"""Characters; enough for a few paragraphs, short enough to quote."""
_LONGEST_HEADING = 120


class Piece(NamedTuple):
    """A passage before it is kept."""

    locator: str
    """Heading path and lines: ``Positioning > Why us, lines 12-20``."""
    text: str


class _Block(NamedTuple):
    heading: str
    first: int
    """1-based first line."""
    lines: tuple[str, ...]


def cut(source: str, text: str) -> tuple[Piece, ...]:
    """Cut a document by its kind: Markdown at headings, CSV at rows, other text at blank lines.

    Args:
        source: File name; its ending tells the kind.
        text: The whole document.
    """
    ending = PurePath(source).suffix.lower()
    if ending in (".md", ".markdown"):
        return tuple(_packed(_markdown_blocks(text)))
    if ending == ".csv":
        return tuple(_csv_rows(text))
    return tuple(_packed(_paragraphs(text)))


def _markdown_blocks(text: str) -> Iterator[_Block]:
    """Yield the blocks between headings; a heading itself is named by what stands below it."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark")
    parser.core.ruler.enableOnly(["normalize", "block"])
    lines = without_front_matter(text).split("\n")
    path: dict[int, str] = {}
    tokens = parser.parse("\n".join(lines))
    for number, token in enumerate(tokens):
        if token.level or token.map is None:
            continue
        if token.type == "heading_open":
            level = int(token.tag[1:])
            path = {known: title for known, title in path.items() if known < level}
            path[level] = " ".join(tokens[number + 1].content.split())[:_LONGEST_HEADING]
            continue
        first, end = token.map
        yield _Block(
            " > ".join(path[known] for known in sorted(path)),
            first + 1,
            tuple(lines[first:end]),
        )


def without_front_matter(text: str) -> str:
    """Blank out a YAML header between ``---`` lines, so that the lines below keep their numbers."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return text
    end = next(
        (number for number, line in enumerate(lines[1:50], start=1) if line.rstrip() == "---"),
        None,
    )
    return text if end is None else "\n".join([""] * (end + 1) + lines[end + 1 :])


def _paragraphs(text: str) -> Iterator[_Block]:
    paragraph: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        if line.strip():
            paragraph.append(line)
        elif paragraph:
            yield _Block("", number - len(paragraph), tuple(paragraph))
            paragraph = []


def _packed(blocks: Iterable[_Block]) -> Iterator[Piece]:
    """Join neighbouring blocks below one heading up to the longest passage."""
    held: list[_Block] = []
    for block in blocks:
        for part in _split(block):
            size = sum(_size(other) for other in held) + _size(part)
            if held and (held[0].heading != part.heading or size > LONGEST_PASSAGE):
                yield _piece(held)
                held = []
            held.append(part)
    if held:
        yield _piece(held)


def _split(block: _Block) -> Iterator[_Block]:
    """Cut a block that is too long at line ends, and a line that is too long at its spaces."""
    held: list[str] = []
    first = block.first
    for number, line in enumerate(block.lines, start=block.first):
        for part in _short_lines(line):
            if held and sum(map(len, held)) + len(held) + len(part) > LONGEST_PASSAGE:
                yield _Block(block.heading, first, tuple(held))
                held = []
            if not held:
                first = number
            held.append(part)
    if any(line.strip() for line in held):
        yield _Block(block.heading, first, tuple(held))


def _short_lines(line: str) -> Iterator[str]:
    while len(line) > LONGEST_PASSAGE:
        space = line.rfind(" ", LONGEST_PASSAGE // 2, LONGEST_PASSAGE)
        end = space if space > 0 else LONGEST_PASSAGE
        yield line[:end]
        line = line[end:].lstrip()
    yield line


def _size(block: _Block) -> int:
    return sum(map(len, block.lines)) + len(block.lines) + 1


def _piece(blocks: list[_Block]) -> Piece:
    last = blocks[-1].first + len(blocks[-1].lines) - 1
    lines = f"lines {blocks[0].first}-{last}" if last > blocks[0].first else f"line {last}"
    heading = blocks[0].heading
    text = "\n\n".join("\n".join(block.lines).strip("\n") for block in blocks)
    return Piece(f"{heading}, {lines}" if heading else lines, text)


def _csv_rows(text: str) -> Iterator[Piece]:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [cell.strip() for cell in next(reader, [])]
        line = reader.line_num + 1
        for cells in reader:
            told = [
                f"{name}: {cell.strip()}" if name else cell.strip()
                for name, cell in zip([*header, *[""] * len(cells)], cells, strict=False)
                if cell.strip()
            ]
            if told:
                yield Piece(f"line {line}", "; ".join(told)[:LONGEST_PASSAGE])
            line = reader.line_num + 1
    except csv.Error:
        # A file that only calls itself CSV is still text.
        yield from _packed(_paragraphs(text))


def embedded_text(locator: str, text: str) -> str:
    """Return what is embedded of a passage: its headings say what it is about."""
    heading = heading_of(locator)
    return f"{heading}\n{text}" if heading else text


def heading_of(locator: str) -> str:
    """Return the headings that a passage stands under."""
    heading, comma, _ = locator.rpartition(", line")
    return heading if comma else ""
