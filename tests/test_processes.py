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
