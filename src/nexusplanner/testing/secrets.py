"""What every source of secrets must do.

class TestMySecrets(SecretsContract):
    def make(self, secrets: Mapping[str, Mapping[str, str]]) -> Secrets:
        return MySecrets(secrets)
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from nexusplanner.errors import ConfigurationError, NexusError
from nexusplanner.ports.secrets import Secrets
from nexusplanner.secrecy import KEY, masked

VALUE, OTHER = "canary-of-the-contract-5d1f", "another-value-7a2e-Größe"


class SecretsContract(ABC):
    """What every source of secrets must do; subclass it as ``Test...`` and say how yours is made."""

    @abstractmethod
    def make(self, secrets: Mapping[str, Mapping[str, str]]) -> Secrets:
        """Return a source that holds these, fields by name."""

    def both(self) -> Secrets:
        """Return a source of two secrets, of one field and of two."""
        return self.make({"one": {"only": VALUE}, "two": {"key": VALUE, "other": OTHER}})

    def test_it_is_a_source_of_secrets(self) -> None:
        """It has the shape of the port."""
        assert isinstance(self.both(), Secrets)

    def test_a_field_is_found_by_its_name(self) -> None:
        """Each field its own, whatever letters its value has."""
        secrets = self.both()
        assert secrets.get("one#only").get_secret_value() == VALUE
        assert secrets.get("two#other").get_secret_value() == OTHER

    def test_a_value_that_was_found_is_known_and_shown_nowhere(self) -> None:
        """It is cut out of whatever is told from then on."""
        found = self.both().get("two#key")
        assert masked(f"said {VALUE}") == f"said {KEY}"
        assert VALUE not in f"{found!r} {found}"

    def test_what_is_not_there_is_told_by_its_name_and_by_no_value(self) -> None:
        """Neither the secret nor the field."""
        secrets = self.both()
        for name in ("none", "none#key", "two#none"):
            error = _refusal(secrets, name)
            assert isinstance(error, ConfigurationError), name
            assert name.partition("#")[0] in str(error)
            assert VALUE not in str(error)
            assert OTHER not in str(error)


def _refusal(secrets: Secrets, name: str) -> NexusError:
    try:
        secrets.get(name)
    except NexusError as error:
        return error
    raise AssertionError("it was found")
