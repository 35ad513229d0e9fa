"""LangChain's own suites on NexusChatModel, against a loopback server that speaks OpenAI's wire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from langchain_core.language_models import BaseChatModel
from langchain_tests.integration_tests import ChatModelIntegrationTests
from langchain_tests.unit_tests import ChatModelUnitTests
from tests.unit.llm.obedient import obey
from tests.unit.llm.stored_files import stored

from nexusplanner.llm import NexusChatModel
from nexusplanner.testing.openai_server import OpenAIServer


class TestStandardUnit(ChatModelUnitTests):
    """What every chat model must be: built, bound, traced by its parameters."""

    @property
    def chat_model_class(self) -> type[BaseChatModel]:
        return NexusChatModel

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"models": ["openai:gpt-5-mini", "openai:gpt-5-nano"], "base_url": "http://127.0.0.1:9/v1"}

    @property
    def init_from_env_params(self) -> tuple[dict[str, str], dict[str, Any], dict[str, Any]]:
        return (
            {"OPENAI_API_KEY": "sk-of-the-environment", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"},
            {"models": ["openai:gpt-5-mini"]},
            {"api_key": "sk-of-the-environment", "base_url": "http://127.0.0.1:9/v1"},
        )


@pytest.mark.filterwarnings("ignore:.*may require a filename:UserWarning")  # the suite names none
class TestStandardBehaviour(ChatModelIntegrationTests):
    """What every chat model must do: reply, stream, call tools, fill forms, count tokens."""

    server: OpenAIServer

    @pytest.fixture(autouse=True)
    def _served(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setattr(httpx, "get", stored)
        monkeypatch.setenv("LANGCHAIN_TESTS_USER_AGENT", "none")
        with OpenAIServer(obey) as server:
            type(self).server = server
            yield

    @property
    def chat_model_class(self) -> type[BaseChatModel]:
        return NexusChatModel

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {
            "models": ["openai:gpt-5-mini", "openai:gpt-5-nano"],
            "base_url": self.server.base_url,
            "max_retries": 0,
        }

    @property
    def structured_output_kwargs(self) -> dict[str, Any]:
        return {"method": "function_calling"}

    @property
    def supports_json_mode(self) -> bool:
        return True

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
        return True

    @property
    def supports_image_tool_message(self) -> bool:
        return True

    @property
    def supports_pdf_tool_message(self) -> bool:
        return True

    @property
    def supports_anthropic_inputs(self) -> bool:
        return True
