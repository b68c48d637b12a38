"""Borders: where a client's data may be read, processed and written; asked before a byte of it is read."""

from __future__ import annotations

from collections.abc import Iterator

from redactor.errors import MediaError, PolicyError
from redactor.jurisdictions import VARIABLE, allows, here
from redactor.policy import Policy
from redactor.storepolicy import StorePolicy


class Borders:
    """What the policy allows each client. Raises `PolicyError` when this machine's label is none."""

    def __init__(self, policy: Policy, *, shared: bool = False) -> None:
        """`shared`: the policy is another machine's, whose label in `[run]` says nothing of this one."""
        try:
            self.machine = here("" if shared else policy.run.jurisdiction)
        except ValueError as error:
            raise PolicyError(f"{VARIABLE} of the environment: {error}") from None
        clients = policy.retention.clients
        self._pins = {_key(name): terms.jurisdictions for name, terms in clients.items() if terms.jurisdictions}
        self.names = tuple(name for name in clients if _key(name) in self._pins)
        """Clients whose data may not be everywhere."""

    def store(self, store: StorePolicy) -> MediaError | None:
        """Why nothing of a store may be touched here; None when its client, if it has one, allows it."""
        return self.of(store, store.client) or self.machine_for(store.client)

    def of(self, store: StorePolicy, client: str) -> MediaError | None:
        """Why the store must not hold a client's data or its outputs, whatever the machine."""
        allowed = self._pins.get(_key(client), ())
        output = store.output_jurisdiction or store.jurisdiction
        for what, label, key in (("", store.jurisdiction, "jurisdiction"), ("output ", output, "output_jurisdiction")):
            if allowed and not allows(allowed, label):
                is_labelled = f"is labelled {label}" if label else f"has no label; set {key} of [[stores]] {store.name}"
                return _refused(allowed, f"the {what}store {is_labelled}")
        return None

    def machine_for(self, client: str) -> MediaError | None:
        """Why this machine must not work on a client's data."""
        allowed = self._pins.get(_key(client), ())
        if not allowed or allows(allowed, self.machine):
            return None
        unlabelled = f"has no label; set {VARIABLE} in its environment, or [run] jurisdiction"
        return _refused(allowed, f"this machine {f'is labelled {self.machine}' if self.machine else unlabelled}")

    def elsewhere(self, client: str) -> bool:
        """True when another machine has to work on a client's data: this one has a label, and it does not fit."""
        return bool(self.machine) and self.machine_for(client) is not None

    def barred(self) -> Iterator[str]:
        """Clients, as the policy writes them, that other machines have to work for."""
        return (name for name in self.names if self.elsewhere(name))


def _key(client: str) -> str:
    return " ".join(client.split()).casefold()


def _refused(allowed: tuple[str, ...], what: str) -> MediaError:
    message = f"its client allows {', '.join(allowed)} only, and {what}; nothing of it was read"
    return MediaError(message, reason="JURISDICTION")
