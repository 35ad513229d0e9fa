"""Prompts: find, check, fill, fingerprint; and the user's own in place of ours.

A prompt is a Markdown file ``prompts/<role>/<purpose>.md``. Its first lines declare the purpose
and the variables; the rest is the text, with ``$name`` placeholders. What is filled in is
instruction by our own code; data goes into a message of its own and is never filled in.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
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


def parse(prompt_id: str, raw: str, *, sha256: str = "") -> Prompt:
    """Check a prompt's text: head, declared variables and used variables must agree.

    Args:
        prompt_id: Its id.
        raw: The whole text.
        sha256: Fingerprint of the file; by default that of the text.

    Raises:
        ConfigurationError: They do not agree, or there is no head.
    """
    match = _HEAD.match(raw)
    if match is None:
        raise ConfigurationError(
            f"Prompt {prompt_id!r} has no head.",
            fix="Begin with the lines 'purpose: …' and 'variables: …'.",
        )
    declared = frozenset(match["variables"].replace(",", " ").split())
    template = Template(match["text"])
    if not template.is_valid():
        raise ConfigurationError(f"Prompt {prompt_id!r} has a '$' that begins no name.", fix="Write it as '$$'.")
    used = frozenset(template.get_identifiers())
    if declared != used:
        raise ConfigurationError(
            f"Prompt {prompt_id!r} declares {sorted(declared)} but uses {sorted(used)}.",
            fix="Make them agree.",
        )
    sha = sha256 or hashlib.sha256(raw.encode()).hexdigest()
    return Prompt(
        id=prompt_id,
        purpose=match["purpose"],
        variables=declared,
        text=match["text"],
        sha256=sha,
    )


_MOST_BYTES = 200_000


@dataclass(frozen=True)
class PromptBook:
    """The prompts of one planner: the user's own where there are any, else ours."""

    own: Mapping[str, Prompt] = field(default_factory=dict)
    """By id; each declares the variables of the one it stands for."""

    @classmethod
    def read(cls, *, folder: Path | None = None, files: Mapping[str, Path] | None = None) -> PromptBook:
        """Read the user's prompts, once for all.

        Args:
            folder: Holds files named as ours are, ``<role>/<purpose>.md``; what is not in it stays ours.
            files: Prompts by id; they win over the folder.

        Raises:
            ConfigurationError: A file is not there or is no prompt, stands for none of ours, or declares other
                variables than the one it stands for.
        """
        named = {**(dict(_in_folder(folder)) if folder else {}), **(files or {})}
        return cls({prompt_id: _own(prompt_id, Path(path)) for prompt_id, path in sorted(named.items())})

    def find(self, prompt_id: str) -> Prompt:
        """Return a prompt by id.

        Raises:
            ConfigurationError: There is no such prompt.
        """
        return self.own.get(prompt_id) or find(prompt_id)

    def instead_of(self, prompt: Prompt) -> Prompt:
        """Return the user's own prompt of the same id, else the one handed in."""
        return self.own.get(prompt.id, prompt)


def prompt_ids() -> tuple[str, ...]:
    """Name all prompts, in order."""
    roles = (role for role in prompt_folder().iterdir() if role.is_dir())
    found = (f"{role.name}/{p.name.removesuffix('.md')}" for role in roles for p in role.iterdir())
    return tuple(sorted(prompt_id for prompt_id in found if _ID.fullmatch(prompt_id)))


def _in_folder(folder: Path) -> Iterator[tuple[str, Path]]:
    if not folder.is_dir():
        raise ConfigurationError(f"prompts.folder: {folder}: is no folder.", fix="Name the folder of your prompts.")
    for path in sorted(folder.glob("*/*.md")):
        yield path.relative_to(folder).with_suffix("").as_posix(), path


def _own(prompt_id: str, path: Path) -> Prompt:
    if prompt_id not in (known := prompt_ids()):
        near = next(iter(get_close_matches(prompt_id, known, n=1, cutoff=0)), "")
        raise ConfigurationError(f"{path}: there is no prompt {prompt_id!r} to stand for.", fix=f"Try {near!r}.")
    try:
        raw = path.read_bytes()[: _MOST_BYTES + 1]
        prompt = parse(prompt_id, raw.decode("utf-8").replace("\r\n", "\n"), sha256=hashlib.sha256(raw).hexdigest())
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read ({error}).", fix="Give a text file in UTF-8.") from error
    except ConfigurationError as error:
        raise ConfigurationError(f"{path}: {error.message}", fix=error.fix) from None
    if len(raw) > _MOST_BYTES:
        raise ConfigurationError(f"{path}: is longer than {_MOST_BYTES} bytes.", fix="Write a shorter prompt.")
    if prompt.variables != (wanted := find(prompt_id).variables):
        told = ", ".join(sorted(wanted)) or "none"
        raise ConfigurationError(f"{path}: declares {sorted(prompt.variables)}.", fix=f"Its variables are: {told}.")
    return prompt
