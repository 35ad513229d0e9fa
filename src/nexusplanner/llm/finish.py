"""How a chat model's reply ended: done, cut, or withheld."""

from __future__ import annotations

from collections.abc import Mapping

CUT = frozenset({"length", "max_tokens", "max_output_tokens", "model_length", "incomplete"})
WITHHELD = frozenset({"content_filter", "content_filtered", "guardrail_intervened", "refusal", "safety", "failed"})
_KEYS = ("finish_reason", "stopReason", "stop_reason", "done_reason", "status")


def finish_reason(metadata: Mapping[str, object]) -> str:
    """Return a vendor's word for how the reply ended, in lower case; empty where it says none."""
    return next((str(metadata[key]).lower() for key in _KEYS if metadata.get(key)), "")


def finish_fault(metadata: Mapping[str, object], *, must_be_whole: bool) -> str:
    """Say why a reply cannot be used; empty where it can.

    Args:
        metadata: The reply's response metadata; under ``refusal``, what a model said that would not answer.
        must_be_whole: Whether a reply that was cut is of no use: arguments of tools, or a form to be filled.
    """
    reason = finish_reason(metadata)
    if refusal := metadata.get("refusal"):
        return f"The model refused: {str(refusal)[:160]}"
    if reason in WITHHELD:
        return f"The reply was withheld ({reason})."
    return f"The reply was cut ({reason})." if must_be_whole and reason in CUT else ""


def lacks_end(metadata: Mapping[str, object]) -> bool:
    """Tell whether a stream stopped without its end marker; vendors' packages name themselves, and always send one."""
    return bool(metadata.get("model_provider")) and not finish_reason(metadata)
