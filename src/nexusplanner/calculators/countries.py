"""Countries: from what a brief calls a region to its ISO 3166 code."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache


@lru_cache(maxsize=1024)
def country_code(region: str) -> str | None:
    """Return the ISO 3166 code of a country given as two- or three-letter code or English name.

    None for anything else: a continent, a city, a group of countries. Names and aliases (``UK``,
    ``USA``) are those of CLDR, as Babel holds them.
    """
    from babel import Locale
    from babel.core import get_global

    names = {code: name for code, name in Locale("en").territories.items() if len(code) == 2 and code.isalpha()}
    wanted = region.strip()
    alias = get_global("territory_aliases").get(wanted.upper(), ())
    code = alias[0] if len(alias) == 1 else wanted.upper()
    if code in _countries():
        return code
    known = {name.casefold(): code for code, name in names.items() if code in _countries()}
    return known.get(wanted.casefold())


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    from babel.core import get_global

    return frozenset(get_global("territory_zones")) - {"ZZ", "001"}


def country_codes(regions: Sequence[str]) -> tuple[str, ...]:
    """Return the codes of those regions that are countries, sorted, each once."""
    return tuple(sorted({code for code in map(country_code, regions) if code}))
