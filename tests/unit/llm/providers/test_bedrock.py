"""The line to Bedrock: where it goes is read as AWS's own tools read it."""

from __future__ import annotations

from typing import Any, cast

import pytest

from nexusplanner.llm.providers.bedrock import bedrock_chat

REGIONS = [
    ({"AWS_REGION": "eu-north-1"}, "eu-north-1"),
    ({"AWS_DEFAULT_REGION": "eu-west-1"}, "eu-west-1"),
    ({"AWS_REGION": "eu-north-1", "AWS_DEFAULT_REGION": "eu-west-1"}, "eu-north-1"),
]


@pytest.mark.parametrize(("variables", "region"), REGIONS)
def test_the_region_is_that_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], region: str
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", **variables}.items():
        monkeypatch.setenv(name, value)
    chat = cast(Any, bedrock_chat("amazon.nova-lite-v1:0", timeout_s=1, max_tokens=10))
    assert chat.client.meta.region_name == region
