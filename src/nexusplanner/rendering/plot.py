"""A plot: the pictures of one calculation, as a notebook shows them and as a file keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from nexusplanner.errors import InputError, StorageError
from nexusplanner.rendering.charts.chart import Chart
from nexusplanner.rendering.format import clean
from nexusplanner.rendering.standalone import WIDTH, standalone
from nexusplanner.rendering.whole_files import write_whole

_PAGE = Markup(
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'\">\n"
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<meta name="color-scheme" content="light dark">\n<link rel="icon" href="data:,">\n'
    "<title>{}</title>\n</head>\n<body>\n{}\n</body>\n</html>\n"
)
_LEFT = Markup('style="text-align:left;padding:.15rem .9rem .15rem 0"')
_RIGHT = Markup('style="text-align:right;padding:.15rem .9rem .15rem 0"')


@dataclass(frozen=True, repr=False)
class Plot:
    """The pictures of a calculation. The same calculation gives the same bytes."""

    calculation: str
    """Id of the calculation that is drawn, or what else is."""
    charts: tuple[Chart, ...]

    @property
    def svg(self) -> str:
        """The pictures as one SVG that stands alone, light and dark."""
        return standalone(self.charts)

    @property
    def html(self) -> str:
        """The pictures as a whole page, with their figures in tables; it opens offline and runs no script."""
        return str(_PAGE.format(self._title, Markup(self._repr_html_())))  # noqa: S704 - escaped below

    def save(self, path: str | Path) -> Path:
        """Write the pictures to a file, whole or not at all.

        Args:
            path: Ends in ``.html`` or ``.svg``; its folder must be there.

        Returns:
            The path.

        Raises:
            InputError: The name ends in something else.
            StorageError: The file cannot be written; what was there stays.
        """
        path = Path(path)
        written = {".html": lambda: self.html, ".svg": lambda: self.svg}.get(path.suffix.lower())
        if written is None:
            raise InputError("not a kind of picture", field="path", value=str(path), fix="End it in .html or .svg.")
        if path.is_dir():
            raise StorageError(f"{path}: is a folder, not a file.", fix="Name another file.")
        try:
            write_whole(path.parent, {path.name: written().encode("utf-8", "replace")})
        except OSError as error:
            raise StorageError(
                f"{path}: the picture cannot be saved ({error.strerror or error}).",
                fix="Name a file in a folder that is there and can be written to.",
            ) from error
        return path

    @property
    def _title(self) -> str:
        return clean("; ".join(chart.title for chart in self.charts))

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        tables = Markup("").join(_table(chart) for chart in self.charts if chart.rows)
        frame = Markup('<div style="max-width:{}px;font-family:system-ui,sans-serif">{}{}</div>')
        return str(frame.format(WIDTH, Markup(self.svg), tables))  # noqa: S704 - svg.py escapes every text

    def __repr__(self) -> str:
        return f"<Plot of {self.calculation}: {self._title}>"


def _table(chart: Chart) -> Markup:
    """Write a chart's figures as a table that opens on demand."""
    head = _cells("th", chart.header)
    body = Markup("").join(Markup("<tr>{}</tr>").format(_cells("td", row)) for row in chart.rows)
    return Markup(
        '<details style="font-size:.8em"><summary>{}: the figures</summary>'
        '<table style="border-collapse:collapse;font-variant-numeric:tabular-nums"><tr>{}</tr>{}</table></details>'
    ).format(clean(chart.title), head, body)


def _cells(tag: str, texts: tuple[str, ...]) -> Markup:
    cell = Markup(f"<{tag} {{}}>{{}}</{tag}>")  # noqa: S704 - one of two tags of ours
    return Markup("").join(cell.format(_RIGHT if i else _LEFT, clean(text)) for i, text in enumerate(texts))
