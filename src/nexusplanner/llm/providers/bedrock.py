"""Amazon Bedrock, through the Converse API."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


def bedrock_chat(model: str, *, timeout_s: float, max_tokens: int) -> BaseChatModel:
    """Build the chat model; credentials and region come from the environment, retries are off."""
    from botocore.config import Config
    from langchain_aws import ChatBedrockConverse

    config = Config(
        connect_timeout=5,
        read_timeout=timeout_s,
        retries={"total_max_attempts": 1},
        max_pool_connections=50,
    )
    return ChatBedrockConverse(model_id=model, max_tokens=max_tokens, config=config)
