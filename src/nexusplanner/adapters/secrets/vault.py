"""Secrets in Vault's key-value store, version 2."""

from __future__ import annotations

from pydantic import SecretStr

from nexusplanner.adapters.secrets.fields import missing, of_fields, parted
from nexusplanner.errors import ConfigurationError, MissingExtraError, ProviderTransientError

TIMEOUT_S = 10


class VaultSecrets:
    """Asks Vault.

    Args:
        url: Its address.
        token: Gives leave to read.
        mount: Where the store is mounted.

    Raises:
        MissingExtraError: ``hvac`` is not installed.
    """

    def __init__(self, url: str, token: SecretStr, *, mount: str = "secret") -> None:
        try:
            import hvac
        except ImportError as error:
            raise MissingExtraError("Vault", extra="vault") from error
        self._mount = mount
        self._client = hvac.Client(url=url, token=token.get_secret_value(), timeout=TIMEOUT_S, allow_redirects=False)
        self._client.session.trust_env = False

    def get(self, name: str) -> SecretStr:
        """Return a secret's newest version; the one field of it where it has one, else the field behind ``#``."""
        from hvac.exceptions import Forbidden, InvalidPath, InvalidRequest, Unauthorized, VaultError
        from requests.exceptions import RequestException

        path, _ = parted(name)
        try:
            found = self._client.secrets.kv.v2.read_secret_version(
                path=path, mount_point=self._mount, raise_on_deleted_version=True
            )
        except InvalidPath:
            raise missing(name, "Vault") from None
        except (Forbidden, Unauthorized, InvalidRequest) as error:
            raise ConfigurationError(
                f"Vault refuses {name!r}: {type(error).__name__}.", fix="Check the token and its policy."
            ) from None
        except (VaultError, RequestException, ValueError) as error:
            told = f"Vault does not answer: {type(error).__name__}."
            raise ProviderTransientError(told, fix="Try again later.") from None
        return of_fields(_data(found), name)


def _data(found: object) -> dict[str, object]:
    inner = found.get("data", {}) if isinstance(found, dict) else {}
    data = inner.get("data") if isinstance(inner, dict) else None
    return {str(key): value for key, value in data.items()} if isinstance(data, dict) else {}
