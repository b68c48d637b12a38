"""Real servers for tests, each on a free port and gone afterwards: S3 (moto) and SFTP (sshd)."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BUCKET = "night"


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server did not start")


@contextmanager
def s3_server() -> Iterator[tuple[str, dict[str, Any]]]:
    """An S3 server with an empty bucket: its URL and options."""
    port = _free_port()
    command = [sys.executable, "-c", "from moto.server import main; import sys; main(sys.argv[1:])", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        request = urllib.request.Request(f"http://127.0.0.1:{port}/{BUCKET}", method="PUT")
        urllib.request.urlopen(request, timeout=10).close()
        endpoint = {"endpoint_url": f"http://127.0.0.1:{port}", "region_name": "us-east-1"}
        yield f"s3://{BUCKET}/root", {"key": "k", "secret": "s", "client_kwargs": endpoint}
    finally:
        server.kill()
        server.wait()


@contextmanager
def sftp_server() -> Iterator[tuple[str, dict[str, Any]]]:
    """An SFTP server with an empty folder: its URL and options. Needs the Debian package openssh-server."""
    folder = Path(tempfile.mkdtemp(prefix="sftp-"))
    port = _free_port()
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    shutil.copy(folder / "user.pub", folder / "authorized")
    Path("/run/sshd").mkdir(exist_ok=True)
    (folder / "root").mkdir()
    (folder / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized\n"
        f"PidFile {folder}/pid\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\n"
        "Subsystem sftp internal-sftp\n"
    )
    (folder / "known").write_text(f"[127.0.0.1]:{port} {(folder / 'host.pub').read_text()}")
    server = subprocess.Popen(["/usr/sbin/sshd", "-D", "-f", str(folder / "config")], stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        user = os.environ.get("USER") or "root"
        options = {
            "port": port,
            "username": user,
            "key_filename": str(folder / "user"),
            "known_hosts": str(folder / "known"),
        }
        yield f"sftp://127.0.0.1{folder}/root", {**options, "look_for_keys": False, "allow_agent": False}
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder)
