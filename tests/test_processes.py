"""The memory of a process that runs all night, on Linux with glibc as all of it."""

import subprocess
import sys

_HOLE = """
import sys
from pathlib import Path
from redactor.processes import give_back_large_blocks

def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

if sys.argv[1] == "back":
    give_back_large_blocks()
first = bytearray(b"1") * (4 << 20)
del first
block, above = bytearray(b"2") * (4 << 20), bytearray(b"3") * 300_000
before = held()
del block
print(before - held(), len(above))
"""


def test_a_freed_block_below_another_goes_back_to_the_system() -> None:
    freed = {
        how: int(subprocess.run([sys.executable, "-c", _HOLE, how], capture_output=True, check=True).stdout.split()[0])
        for how in ("back", "kept")
    }
    assert freed["back"] > 3 << 20
    assert freed["kept"] < 1 << 20


_ARENAS = """
import ctypes, sys, threading
from redactor.processes import share_arenas

if sys.argv[1] == "shared":
    share_arenas()
together = threading.Barrier(6)

def work():
    together.wait()
    held = [bytearray(2000) for _ in range(2000)]
    together.wait()

threads = [threading.Thread(target=work) for _ in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
libc.malloc_info(0, out := ctypes.c_void_p(libc.fdopen(1, b"w")))
libc.fflush(out)
"""


def test_threads_share_two_arenas() -> None:
    arenas = {
        how: subprocess.run([sys.executable, "-c", _ARENAS, how], capture_output=True, check=True).stdout.count(
            b"<heap "
        )
        for how in ("shared", "own")
    }
    assert arenas["shared"] <= 2 < arenas["own"]


def test_what_lies_between_freed_blocks_is_given_back() -> None:
    script = _HOLE.replace("print(", "from redactor.processes import give_back; give_back(); print(")
    freed = int(
        subprocess.run([sys.executable, "-c", script, "kept"], capture_output=True, check=True).stdout.split()[0]
    )
    assert freed > 3 << 20
