"""Secrets in AWS Secrets Manager."""

from __future__ import annotations

import os

from pydantic import SecretStr

from nexusplanner.adapters.secrets.fields import missing, of_text, parted
from nexusplanner.errors import ConfigurationError, ProviderTransientError

_ABSENT = frozenset({"ResourceNotFoundException"})
_REFUSED = frozenset(
    {"AccessDeniedException", "UnrecognizedClientException", "InvalidSignatureException", "ExpiredTokenException"}
    | {"InvalidRequestException", "DecryptionFailure", "ValidationException", "InvalidParameterException"}
)
TIMEOUT_S = 10


class AWSSecrets:
    """Asks AWS Secrets Manager, with the credentials that AWS's own variables and roles give.

    Args:
        region: Its region; by default that of the environment.
        endpoint_url: Another address than AWS's.
    """

    def __init__(self, *, region: str | None = None, endpoint_url: str | None = None) -> None:
        self._region, self._endpoint_url = region, endpoint_url

    def get(self, name: str) -> SecretStr:
        """Return a secret's current value."""
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

        config = Config(connect_timeout=5, read_timeout=TIMEOUT_S, retries={"total_max_attempts": 1}, proxies={})
        try:
            client = boto3.Session().client(
                "secretsmanager",
                region_name=self._region or os.environ.get("AWS_REGION"),
                endpoint_url=self._endpoint_url,
                config=config,
            )
            found = client.get_secret_value(SecretId=parted(name)[0])
        except (NoCredentialsError, NoRegionError) as error:
            raise ConfigurationError(f"AWS Secrets Manager cannot be asked: {error}.") from error
        except ClientError as error:
            raise _worded(name, str(error.response.get("Error", {}).get("Code", ""))) from error
        except BotoCoreError as error:
            told = f"AWS Secrets Manager does not answer: {type(error).__name__}."
            raise ProviderTransientError(told, fix="Try again later.") from error
        text = found.get("SecretString")
        return of_text(text if isinstance(text, str) else bytes(found.get("SecretBinary", b"")).decode("utf-8"), name)


def _worded(name: str, code: str) -> ConfigurationError | ProviderTransientError:
    if code in _ABSENT:
        return missing(name, "AWS Secrets Manager")
    if code in _REFUSED:
        return ConfigurationError(f"AWS Secrets Manager refuses {name!r}: {code}.", fix="Check rights and credentials.")
    return ProviderTransientError(f"AWS Secrets Manager failed: {code}.", fix="Try again later.")
