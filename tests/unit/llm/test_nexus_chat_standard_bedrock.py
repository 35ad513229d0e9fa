"""LangChain's own suite on NexusChatModel, against a loopback server that speaks Bedrock's wire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from langchain_core.language_models import BaseChatModel
from langchain_tests.integration_tests import ChatModelIntegrationTests
from tests.unit.llm.obedient_bedrock import obey_bedrock
from tests.unit.llm.stored_files import stored

from nexusplanner.llm.nexus_chat import NexusChatModel
from nexusplanner.testing.bedrock_server import BedrockServer


@pytest.mark.filterwarnings("ignore:.*may require a filename:UserWarning")  # the suite names none
class TestStandardBehaviourOverBedrock(ChatModelIntegrationTests):
    """What every chat model must do: reply, stream, call tools, fill forms, count tokens."""

    @pytest.fixture(autouse=True)
    def _served(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setattr(httpx, "get", stored)
        monkeypatch.setenv("LANGCHAIN_TESTS_USER_AGENT", "none")
        with BedrockServer(obey_bedrock) as server:
            monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", server.origin)
            for name, value in (("ACCESS_KEY_ID", "t"), ("SECRET_ACCESS_KEY", "t"), ("DEFAULT_REGION", "us-east-1")):
                monkeypatch.setenv(f"AWS_{name}", value)
            yield

    @property
    def chat_model_class(self) -> type[BaseChatModel]:
        return NexusChatModel

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"models": ["bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0"], "max_retries": 0}

    @property
    def supports_json_mode(self) -> bool:
        return False  # Converse knows no such mode; forms are filled by tools

    @property
    def supports_model_override(self) -> bool:
        return False  # `model` chooses among the models that are held; see test_nexus_chat.py

    @property
    def supports_image_inputs(self) -> bool:
        return True

    @property
    def supports_pdf_inputs(self) -> bool:
        return True

    @property
    def supports_audio_inputs(self) -> bool:
        return False  # Converse takes none

    @property
    def supports_image_tool_message(self) -> bool:
        return True

    @property
    def supports_pdf_tool_message(self) -> bool:
        return True

    @property
    def supports_anthropic_inputs(self) -> bool:
        return True
