"""Which embeddings to use: the best that is there, by name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from langchain_core.embeddings import Embeddings

from nexusplanner.adapters.embeddings.hashed import HashedWordEmbeddings
from nexusplanner.adapters.embeddings.minilm import MiniLMEmbeddings, has_minilm
from nexusplanner.errors import ConfigurationError

EmbeddingKind = Literal["auto", "openai", "bedrock", "minilm", "hashed-words"]

OPENAI_MODEL = "text-embedding-3-small"
BEDROCK_MODEL = "amazon.titan-embed-text-v2:0"
_CALL_S = 15.0


@dataclass(frozen=True)
class EmbeddingChoice:
    """What to choose by.

    Attributes:
        kind: One kind, or ``auto``: OpenAI, Bedrock, MiniLM, hashed words, in this order.
        openai_model: Name of the OpenAI model.
        bedrock_model: Id of the Bedrock model.
    """

    kind: EmbeddingKind = "auto"
    openai_model: str = OPENAI_MODEL
    bedrock_model: str = BEDROCK_MODEL


def choose_embeddings(
    choice: EmbeddingChoice | None = None,
    *,
    environment: Mapping[str, str] | None = None,
) -> tuple[Embeddings, str]:
    """Choose embeddings and name them.

    OpenAI where ``OPENAI_API_KEY`` is set (``OPENAI_BASE_URL`` is honoured), Bedrock where AWS keys or a profile
    and a region are, MiniLM where it is installed, hashed words otherwise. Nothing is called.

    Args:
        choice: The kind and models wanted; ``auto`` where left out.
        environment: Variables to go by; the process's own where left out.

    Returns:
        The embeddings, and their name: ``openai:text-embedding-3-small``, ``bedrock:...``,
        ``minilm:all-MiniLM-L6-v2`` or ``hashed-words``.

    Raises:
        ConfigurationError: The kind that was asked for lacks its key.
        MissingExtraError: MiniLM was asked for and is not installed.
    """
    wanted = choice or EmbeddingChoice()
    variables = os.environ if environment is None else environment
    kind = _best(variables) if wanted.kind == "auto" else wanted.kind
    if kind == "openai":
        return _openai(wanted.openai_model, variables), f"openai:{wanted.openai_model}"
    if kind == "bedrock":
        return _bedrock(wanted.bedrock_model, variables), f"bedrock:{wanted.bedrock_model}"
    if kind == "minilm":
        return MiniLMEmbeddings(), MiniLMEmbeddings.name
    return HashedWordEmbeddings(), HashedWordEmbeddings.name


def _best(variables: Mapping[str, str]) -> EmbeddingKind:
    if variables.get("OPENAI_API_KEY"):
        return "openai"
    if _has_aws_keys(variables) and _region(variables):
        return "bedrock"
    return "minilm" if has_minilm() else "hashed-words"


def _openai(model: str, variables: Mapping[str, str]) -> Embeddings:
    key = variables.get("OPENAI_API_KEY")
    if not key:
        raise ConfigurationError("OpenAI embeddings need a key.", fix="Set OPENAI_API_KEY.")
    from langchain_openai import OpenAIEmbeddings
    from openai import DefaultHttpxClient
    from pydantic import SecretStr

    # Without the length check tiktoken is not asked, which would fetch its vocabulary from the network.
    return OpenAIEmbeddings(
        model=model,
        openai_api_key=SecretStr(key),
        openai_api_base=variables.get("OPENAI_BASE_URL") or None,
        check_embedding_ctx_length=False,
        max_retries=0,
        request_timeout=_CALL_S,
        http_client=DefaultHttpxClient(trust_env=False, follow_redirects=False),
    )


def _bedrock(model: str, variables: Mapping[str, str]) -> Embeddings:
    region = _region(variables)
    if not region or not _has_aws_keys(variables):
        raise ConfigurationError(
            "Bedrock embeddings need AWS credentials and a region.",
            fix="Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or AWS_PROFILE) and AWS_REGION.",
        )
    import boto3
    from botocore.config import Config
    from langchain_aws import BedrockEmbeddings

    session = boto3.Session(
        aws_access_key_id=variables.get("AWS_ACCESS_KEY_ID"),
        aws_secret_access_key=variables.get("AWS_SECRET_ACCESS_KEY"),
        aws_session_token=variables.get("AWS_SESSION_TOKEN"),
        profile_name=variables.get("AWS_PROFILE"),
        region_name=region,
    )
    config = Config(connect_timeout=5, read_timeout=_CALL_S, retries={"total_max_attempts": 1})
    endpoint = variables.get("AWS_ENDPOINT_URL_BEDROCK_RUNTIME") or variables.get("AWS_ENDPOINT_URL")
    client = session.client("bedrock-runtime", config=config, endpoint_url=endpoint)
    return BedrockEmbeddings(client=client, model_id=model, region_name=region)


def _region(variables: Mapping[str, str]) -> str:
    return variables.get("AWS_REGION") or variables.get("AWS_DEFAULT_REGION") or ""


def _has_aws_keys(variables: Mapping[str, str]) -> bool:
    has_keys = bool(variables.get("AWS_ACCESS_KEY_ID") and variables.get("AWS_SECRET_ACCESS_KEY"))
    return has_keys or bool(variables.get("AWS_PROFILE"))
