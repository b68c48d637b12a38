"""A night as the ledger would tell it, for the tests of what is made of it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from redactor.ledger import Entry
from redactor.morning import summarise
from redactor.nights import Morning, StoreNight

BEGAN, ENDED = "2026-11-28T01:00:00+00:00", "2026-11-28T05:12:30+00:00"
RUN = "2f6d1c0a9b7e4d53"
POLICY = "ab" * 32


@dataclass(frozen=True)
class Left:
    store: str
    label: str
    client: str
    reason: str
    message: str
    at: str = "2026-11-20T02:00:00+00:00"
    kind: str = "audio"


@dataclass
class Night:
    """Entries in order, and everything else that `summarise` takes."""

    entries: list[Entry] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)

    def done(self, n: int, client: str = "acme", kind: str = "audio", seconds: float = 40.0, **detail: Any) -> None:
        stages = {"read": seconds * 0.7, "detect": seconds * 0.05, "render": seconds * 0.05, "verify": seconds * 0.2}
        body = {
            "kind": kind, "engines": ["faster-whisper 1.2.1", "presidio 2.2.366"], "seconds": stages, "client": client,
            "counts": {"PERSON": 2 + n % 3, "PHONE_NUMBER": 1}, "bytes": 480_000, "media_s": 60.0, **detail,
        }  # fmt: skip
        self._add("published", n, client, kind, "", body)

    def ended(self, event: str, n: int, reason: str, message: str, client: str = "acme", kind: str = "audio") -> None:
        self._add(event, n, client, kind, reason, {"message": message, "client": client, "kind": kind, "seconds": 3.0})

    def _add(self, event: str, n: int, client: str, kind: str, reason: str, detail: dict[str, Any]) -> None:
        store = f"{client}-{kind}"
        label = f"2026-11-27/{kind}-{n:05d}"
        self.entries.append(
            Entry(RUN, event, store, f"{n:064x}", label, policy_digest=POLICY, reason=reason, detail=json.dumps(detail))
        )

    def morning(self) -> Morning:
        return summarise(iter(self.entries), run=RUN, began=BEGAN, ended=ENDED, **self.more)


def earlier(nights: int) -> Iterator[dict[str, Any]]:
    for n in range(nights):
        yield {
            "run": f"run{n}", "began": f"2026-{10 + n // 30}-{1 + n % 30:02d}T01:00:00+00:00", "items": 900 + 37 * (n % 7),
            "needs": n % 5, "seconds": 13000 + 400 * (n % 7), "entities": 2600 + 100 * (n % 6),
        }  # fmt: skip


def busy_night(stores: Sequence[StoreNight] = ()) -> Morning:
    """A night with something of everything."""
    night = Night()
    for n in range(1180):
        client, kind = ("acme", "hellas-energy", "νότος")[n % 3], ("audio", "audio", "image", "text")[n % 4]
        night.done(n, client, kind, seconds=3.0 + n % 90)
    for n in range(2000, 2007):
        night.ended("refused", n, "STILL_FOUND", "personal data is still found after every round; a person must look")
    for n in range(3000, 3003):
        night.ended(
            "refused", n, "TRUNCATED", "the recording breaks off: 12.0 s of 70.5 s can be read", "hellas-energy"
        )
    night.ended("quarantined", 4000, "HUNG", "no answer for 20 minutes; look at the file, or raise [run] stall_minutes")
    night.ended("moved", 5000, "", "")
    night.ended("interrupted", 6000, "INTERRUPTED", "it was given back; the next run takes it up")
    down = StoreNight(
        "notos-sftp", "νότος", "2026-11-28T02:14:00+00:00", "the store does not answer; check the network"
    )
    night.more = {
        "exit_code": 8, "unchanged": 210, "waiting": 4, "left": 25, "earlier": earlier(29), "policy_digest": POLICY,
        "standing": [Left("acme-audio", "2026-11-19/audio-00007", "acme", "NO_SPEECH", "nobody speaks in this recording")],
        "stores": stores or (StoreNight("acme-audio", "acme"), down),
        "counts": {("acme-audio", "committed"): 51_240, ("acme-audio", "refused"): 8, ("acme-audio", "discovered"): 26,
                   ("notos-sftp", "committed"): 8_300, ("notos-sftp", "discovered"): 411},
    }  # fmt: skip
    return night.morning()
