"""Markup taken off text."""

from __future__ import annotations

from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "template", "noscript", "iframe", "svg"})
_BREAKS = frozenset(
    {
        "p",
        "br",
        "div",
        "li",
        "tr",
        "td",
        "th",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "table",
    }
)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _SILENT:
            self._silent.append(tag)
        elif tag in _BREAKS:
            self.parts.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _BREAKS:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if self._silent and tag == self._silent[-1]:
            self._silent.pop()
        elif tag in _BREAKS:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def plain_text(markup: str, *, longest: int = 5_000) -> str:
    """Return the words of an HTML fragment on one line: no tags, scripts, styles, comments or control characters.

    Args:
        markup: HTML, or plain text, which passes as it is.
        longest: Characters kept; a longer text is cut and ends in ``…``.
    """
    words = _Words()
    words.feed(markup[: longest * 20])
    words.close()
    visible = "".join(char if char.isprintable() else " " for char in "".join(words.parts))
    text = " ".join(visible.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
