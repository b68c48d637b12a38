"""Host keys of SFTP stores: a server that is not in known_hosts is not trusted; recordings are not for strangers."""

from __future__ import annotations

from pathlib import Path

import paramiko


class KnownHosts(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]
    """Accepts a server whose key is in the file (the user's `known_hosts` when it is empty), and no other."""

    def __init__(self, file: str = "") -> None:
        self._file = Path(file) if file else Path.home() / ".ssh" / "known_hosts"

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        """Raises `BadHostKeyException` when the key is not there."""
        del client
        known = paramiko.HostKeys(str(self._file)) if self._file.exists() else paramiko.HostKeys()
        if not known.check(hostname, key):
            raise paramiko.BadHostKeyException(hostname, key, key)
