"""Prompts: find, check, fill, fingerprint.

A prompt is a Markdown file ``prompts/<role>/<purpose>.md``. Its first lines declare the purpose
and the variables; the rest is the text, with ``$name`` placeholders. What is filled in is
instruction by our own code; data goes into a message of its own and is never filled in.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from nexusplanner.errors import ConfigurationError

_HEAD = re.compile(
    r"\Apurpose: (?P<purpose>[^\n]+)\nvariables:(?P<variables>[^\n]*)\n\n(?P<text>.+)\Z",
    re.DOTALL,
)
_ID = re.compile(r"[a-z]+/[a-z_]+")


@dataclass(frozen=True)
class Prompt:
    """A prompt as it stands in its file."""

    id: str
    """``<role>/<purpose>``."""
    purpose: str
    variables: frozenset[str]
    text: str
    sha256: str
    """Fingerprint of the whole file."""

    def fill(self, values: Mapping[str, str]) -> str:
        """Fill the placeholders; the names must be exactly the declared ones.

        Raises:
            ConfigurationError: A variable is missing or was not declared.
        """
        if set(values) != self.variables:
            odd = sorted(set(values) ^ self.variables)
            raise ConfigurationError(
                f"Prompt {self.id!r} and its caller differ about {odd}.",
                fix="Declare and hand in the same variables.",
            )
        return Template(self.text).substitute(values)


def prompt_folder() -> Traversable:
    """Return where the prompts are: in the wheel, or in the source tree beside the package."""
    packed = files("nexusplanner") / "_prompts"
    if packed.is_dir():
        return packed
    return Path(__file__).parents[2] / "prompts"


@lru_cache(maxsize=64)
def find(prompt_id: str) -> Prompt:
    """Read a prompt by id (``strategist/propose``).

    Raises:
        ConfigurationError: No such prompt, or its head or variables are wrong.
    """
    place = prompt_folder() / f"{prompt_id}.md"
    if not _ID.fullmatch(prompt_id) or not place.is_file():
        raise ConfigurationError(f"There is no prompt {prompt_id!r}.", fix="Name one as <role>/<purpose>.")
    return parse(prompt_id, place.read_text(encoding="utf-8"))


def parse(prompt_id: str, raw: str) -> Prompt:
    """Check a prompt's text: head, declared variables and used variables must agree."""
    match = _HEAD.match(raw)
    if match is None:
        raise ConfigurationError(
            f"Prompt {prompt_id!r} has no head.",
            fix="Begin with the lines 'purpose: …' and 'variables: …'.",
        )
    declared = frozenset(match["variables"].replace(",", " ").split())
    used = frozenset(Template(match["text"]).get_identifiers())
    if declared != used:
        raise ConfigurationError(
            f"Prompt {prompt_id!r} declares {sorted(declared)} but uses {sorted(used)}.",
            fix="Make them agree.",
        )
    sha = hashlib.sha256(raw.encode()).hexdigest()
    return Prompt(
        id=prompt_id,
        purpose=match["purpose"],
        variables=declared,
        text=match["text"],
        sha256=sha,
    )
