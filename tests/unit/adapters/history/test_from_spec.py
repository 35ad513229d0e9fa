"""A spec finds its file and names its columns."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from nexusplanner.adapters.specs import history_from_spec
from nexusplanner.errors import InputError


def test_options_reach_the_file(tmp_path: Path) -> None:
    """Columns, outcome, dates, encoding and the share of bad rows."""
    text = "période,y,x1,x2\n02.01.2024,5,1,2\n03.01.2024,6,1,2\nx,7,1,2\n"
    (tmp_path / "h.csv").write_text(text, encoding="latin-1")
    options = "date=p%C3%A9riode&outcome=y&spend=x1,x2&encoding=latin-1&date_format=%25d.%25m.%25Y&max_bad_share=0.4"
    history = asyncio.run(history_from_spec(f"csv:h.csv?{options}", base=tmp_path).load(tenant="t"))
    assert (len(history.dates), sorted(history.channels), history.outcome) == (2, ["x1", "x2"], (5.0, 6.0))
    assert history.quality[0].bad == 1


def test_a_wrong_spec_is_refused(tmp_path: Path) -> None:
    """A slip in an option, two files, no file."""
    with pytest.raises(InputError, match="Did you mean 'spend'"):
        history_from_spec("csv:history.csv?spent=x", base=tmp_path)
    with pytest.raises(InputError, match="not one file"):
        history_from_spec("csv:a.csv,b.csv", base=tmp_path)
    with pytest.raises(InputError, match="No such file"):
        asyncio.run(history_from_spec("csv:none.csv", base=tmp_path).load(tenant="t"))
