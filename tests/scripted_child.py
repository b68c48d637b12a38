"""Factories for children of tests: engines that crash, hang, grow or lie when a text tells them to."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from redactor import child
from redactor.errors import MissingEngineError
from redactor.evidence import Evidence
from redactor.library import Redactor
from redactor.policy import Policy
from redactor.protocols import Media
from redactor.readers.text import TextReader
from tests.scripted import WordFinder

SECRET = "6971234567"


class WeirdError(Exception):
    def __str__(self) -> str:
        raise RuntimeError(SECRET)


class Obeying:
    """Reads a text; if its first line is a command, it does that first."""

    name = "obeying reader"

    def __init__(self, policy: Policy) -> None:
        self._reader = TextReader(policy)

    def read(self, media: Media) -> Evidence:
        word, _, rest = media.path.read_text(encoding="utf-8").partition("\n")[0].partition(" ")
        if command := getattr(self, f"do_{word}", None):
            command(rest)
        return self._reader.read(media)

    def do_segfault(self, _: str) -> None:
        ctypes.string_at(0)

    def do_exit(self, code: str) -> None:
        os._exit(int(code))

    def do_quit(self, _: str) -> None:
        raise SystemExit(SECRET)

    def do_raise(self, _: str) -> None:
        raise WeirdError(SECRET)

    def do_recurse(self, _: str) -> None:
        self.do_recurse(_)

    def do_sleep(self, seconds: str) -> None:
        time.sleep(float(seconds))

    def do_spin(self, seconds: str) -> None:
        """Foreign code that holds the interpreter."""
        ctypes.PyDLL(None).sleep(int(seconds))

    def do_stop(self, _: str) -> None:
        os.kill(os.getpid(), signal.SIGSTOP)

    def do_die(self, name: str) -> None:
        os.kill(os.getpid(), getattr(signal, name))

    def do_orphan(self, _: str) -> None:
        """The process that gives the orders goes first."""
        os.kill(int(sys.argv[3]), signal.SIGKILL)
        time.sleep(60)

    def do_print(self, _: str) -> None:
        print(SECRET * 1000, flush=True)
        os.write(1, b"\0\0\0\x02{}" * 1000)
        print(SECRET, file=sys.stderr, flush=True)

    def do_allocate(self, megabytes: str) -> None:
        self.held = b"x" * (int(megabytes) << 20)

    def do_leak(self, megabytes: str) -> None:
        # An output is read again, but the second time there is no more to be had.
        self.leaked = getattr(self, "leaked", b"") or b"x" * (int(megabytes) << 20)

    def do_spread(self, megabytes: str) -> None:
        """Processes of which none is too large, all together are."""
        code = f"x = b'x' * ({megabytes} << 20); import time; time.sleep(60)"
        for _ in range(4):
            subprocess.Popen([sys.executable, "-c", code])
        time.sleep(60)

    def do_write(self, megabytes: str) -> None:
        with Path(os.environ["TMPDIR"], "large").open("wb") as out:
            for _ in range(int(megabytes)):
                out.write(bytes(1 << 20))

    def do_litter(self, _: str) -> None:
        import tempfile

        tempfile.mkstemp(prefix="litter")

    def do_grandchild(self, place: str) -> None:
        process = subprocess.Popen(["sleep", "300"])
        Path(place).write_text(f"{process.pid} {os.getpid()}", encoding="ascii")
        time.sleep(300)

    def do_garbage(self, _: str) -> None:
        os.write(self.outlet(), b"\xff" * 100)

    def do_deep(self, _: str) -> None:
        body = b'{"answers":' + b"[" * 100_000 + b"}"
        os.write(self.outlet(), len(body).to_bytes(4, "big") + body)

    def do_half(self, _: str) -> None:
        os.write(self.outlet(), b"\0\0\x10\0{")
        time.sleep(60)

    def do_other(self, _: str) -> None:
        self.say({"answers": [{"item": "f" * 64, "drafts": None, "error": None, "seconds": 0}]})

    def do_nothing(self, _: str) -> None:
        self.say({"answers": []})

    def do_fail(self, _: str) -> None:
        self.say({"failed": 7})

    def do_twist(self, item: str) -> None:
        self.say(
            {
                "answers": [
                    {
                        "item": item,
                        "drafts": {"receipt": {}, "files": [["/etc/passwd", "note.txt"]]},
                        "error": None,
                        "seconds": 0,
                    }
                ]
            }
        )

    def do_stray(self, _: str) -> None:
        self.say({"at": 7, "stage": "read", "share": 0})

    def do_huge(self, _: str) -> None:
        pipe = self.outlet()
        os.write(pipe, (60 << 20).to_bytes(4, "big") + b"{")
        while True:
            os.write(pipe, b" " * 65536)

    def do_close(self, _: str) -> None:
        os.close(self.outlet())
        time.sleep(60)

    def do_deaf(self, _: str) -> None:
        os.close(int(sys.argv[1]))
        time.sleep(60)

    def do_fork(self, _: str) -> None:
        """A process that holds the pipe open, while its parent is gone."""
        if os.fork() == 0:
            os.setsid()
            time.sleep(8)
            os._exit(0)
        os._exit(3)

    def outlet(self) -> int:
        return int(sys.argv[2])

    def say(self, message: dict[str, object]) -> None:
        child.send(self.outlet(), message)


def obeying(policy: Policy) -> Redactor:
    return Redactor(policy, readers={"text": Obeying(policy)}, finder=WordFinder({SECRET: "PHONE_NUMBER"}))


def dying_after(policy: Policy) -> Redactor:
    """Dies as soon as it has answered."""
    said = child.send

    def send(pipe: int, message: dict[str, object]) -> None:
        said(pipe, message)
        if "answers" in message:
            os._exit(9)

    child.send = send
    sys.modules["__main__"].send = send  # type: ignore[attr-defined]
    return obeying(policy)


def engineless(_: Policy) -> Redactor:
    raise MissingEngineError("the model of tests is missing; run redactor models fetch", reason="NO_MODEL")


def moduleless(_: Policy) -> Redactor:
    import redactor_of_the_future  # type: ignore[import-not-found]

    return redactor_of_the_future.Redactor()


def crashing(_: Policy) -> Redactor:
    os._exit(1)


def decoding(policy: Policy) -> Redactor:
    """Real decoders and encoders; what they give is recognised as told, so that thousands of files take minutes."""
    from redactor.engines.scripted import ScriptedSpeechDetector, ScriptedTextReader, ScriptedTranscriber
    from redactor.protocols import HeardWord, SeenWord
    from redactor.readers.audio import AudioReader
    from redactor.readers.image import ImageReader
    from redactor.readers.video import VideoReader
    from redactor.regions import Box

    ears = ScriptedTranscriber(lambda samples, _: [HeardWord("ναι", 0, max(1, len(samples) // 16), 0.9)])
    eyes = ScriptedTextReader([SeenWord("ναι", Box(0, 2, 2, 9, 9), 0.9, 0)])
    sound = AudioReader(policy, ears, ScriptedSpeechDetector())
    readers = {
        "audio": sound,
        "image": ImageReader(policy, eyes),
        "video": VideoReader(policy, eyes, lambda: sound),
        "text": TextReader(policy),
    }
    return Redactor(policy, readers=readers, finder=WordFinder({SECRET: "PHONE_NUMBER"}))  # type: ignore[arg-type]
