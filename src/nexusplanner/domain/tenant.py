"""The tenant: whose data, money and plans these are."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator

from nexusplanner.errors import TenantError

DEFAULT_TENANT = "default"
_PASSES_FOR = (
    "аa вb ԁd еe ёe һh нh гr іi їi јj кk ӏl мm пn ԛq оo рp ѕs сc тt уy үy хx ԝw ьb ѵv зz "
    "αa βb εe ζz ηn ιi κk μm νv οo ρp τt υu χx γy ωw "
    "օo սu հh ոn ցg "
    "ıi ɑa ɡg ĸk ɩi"
)
"""Small letters of other scripts, each before the Latin one that it, or its capital, passes for."""
_LOOKS_LIKE = str.maketrans({pair[0]: pair[1] for pair in _PASSES_FOR.split()})
_ALLOWED = re.compile(r"[\w][\w .@-]{0,62}", re.UNICODE)


def tenant_name(value: str) -> str:
    """Check a tenant's name: it must be its own NFKC form, so that no two look alike by encoding.

    Raises:
        TenantError: Empty, too long, with odd characters, or a look-alike form.
    """
    if unicodedata.normalize("NFKC", value) != value or not _ALLOWED.fullmatch(value) or value != value.strip():
        raise TenantError(
            f"{value[:64]!r} is not a tenant name.",
            fix="Use 1 to 63 letters, digits, spaces, '.', '_', '@' or '-', in plain (NFKC) form.",
        )
    return value


TenantId = Annotated[str, AfterValidator(tenant_name)]


def likeness(tenant: str) -> str:
    """Return what a tenant's name looks like, in whatever case and script: two that share it are one to the eye.

    Stores keep ``A``, ``a`` and the Cyrillic ``\u0430`` apart, for they go by the exact name; people do not, so whoever
    comes second with a name of the same looks is turned away (:class:`~nexusplanner.ports.tenants.Tenants`).
    """
    folded = unicodedata.normalize("NFKC", tenant_name(tenant).casefold())
    return " ".join(folded.translate(_LOOKS_LIKE).split())


def storage_key(tenant: str) -> str:
    """Return the opaque name of a tenant's folders and collections.

    Names that differ only in case share no store: the key is taken of the exact name.
    """
    return "t" + hashlib.sha256(tenant_name(tenant).encode()).hexdigest()[:24]
