"""The tenant: whose data, money and plans these are."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator

from nexusplanner.errors import TenantError

DEFAULT_TENANT = "default"
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


def storage_key(tenant: str) -> str:
    """Return the opaque name of a tenant's folders and collections.

    Names that differ only in case share no store: the key is taken of the exact name.
    """
    return "t" + hashlib.sha256(tenant_name(tenant).encode()).hexdigest()[:24]
