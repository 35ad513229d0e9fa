"""``nexusplanner ablate``: protocols side by side, as tables and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from tests.unit.cli.calling import Cli


def test_protocols_are_compared_in_the_order_asked_for(cli: Cli, brief: Path) -> None:
    done = cli("ablate", brief, "--protocols", "single,vote,debate", "--seeds", "2")
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0] == "6 runs of 1 brief, protocols as they are."
    assert [line.split("\t")[0] for line in lines[1:5]] == ["Protocol", "single", "vote", "debate"]
    assert "objective fit\t" in done.out


def test_json_holds_every_trial_and_the_standings(cli: Cli, brief: Path) -> None:
    done = cli("ablate", brief, brief, "--protocols", "vote, debate", "--seeds", "1", "--equal-spend", "--json")
    found = json.loads(done.out)
    assert found["equal_spend"] is True
    assert len(found["trials"]) == 4
    assert {s["protocol"] for s in found["standings"]} == {"vote", "debate"}


def test_what_is_wrong_is_told_in_one_line(cli: Cli, brief: Path) -> None:
    assert "senate" in cli("ablate", brief, "--protocols", "senate").error
    assert cli("ablate", "absent.yaml").code == 2
    assert cli("ablate", brief, "--protocols", ",").code == 2
