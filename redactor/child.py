"""`python -P -m redactor.child IN OUT PARENT`: a process that keeps engines warm and takes orders (see `isolation`).

It reads messages from file descriptor IN and answers on OUT; what libraries print goes nowhere. It works inside limits
that it sets itself before any engine is loaded, and lives no longer than PARENT, the process that gives the orders.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import sys
import tempfile
import threading
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from redactor.errors import MissingEngineError, RedactorError
from redactor.processes import parent_of, share_arenas
from redactor.wire import Message, receive, send

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redactor.interactions import Shared
    from redactor.library import Redactor
    from redactor.orders import Answer, Order
    from redactor.policy import Policy
    from redactor.protocols import Progress
    from redactor.receipt import Receipt
    from redactor.together import Member

_OPEN_FILES = 1024
_OOM_SCORE = 500
"""Of -1000..1000. Where memory runs out on the machine, this process is to go, not the one that keeps the books."""
_PROGRESS_S = 0.25
_LOOK_MS = 1000


def redactor_of(policy: Policy) -> Redactor:
    """The redactor of a policy, with the engines that it asks for."""
    from redactor.library import Redactor

    return Redactor(policy)


def main(arguments: Sequence[str]) -> None:
    """Serve until there are no more orders."""
    inlet, outlet, parent = (int(argument) for argument in arguments)
    share_arenas()
    for pipe in (inlet, outlet):
        os.set_inheritable(pipe, False)
    # Who stops the night stops the one who gives the orders; he decides what becomes of this work. A handler, not
    # SIG_IGN: programs that are started here would inherit that.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    _guard(inlet, outlet, parent)
    if (hello := receive(inlet)) is None:
        return
    _limit(hello["limits"])
    sys.path[:0] = hello["path"]
    try:
        redactor = _built(hello)
    except RedactorError as error:
        send(outlet, _failed(error))
        return
    send(outlet, {"ready": True})
    lock = threading.Lock()
    while (request := receive(inlet)) is not None:
        send(outlet, {"begun": True})
        _serve(redactor, request, outlet, lock)


def _guard(inlet: int, outlet: int, parent: int) -> None:
    """Leave a small process behind that ends this one and all that it starts as soon as the parent or this one is gone.

    The kernel's own signal for that (`PR_SET_PDEATHSIG`) is sent when the *thread* that started a process ends, reaches
    no grandchild, and a thread that waits for the end of the pipe cannot act while foreign code holds the interpreter.
    """
    me = os.getpid()
    mine, theirs = os.pipe()
    if os.fork():
        os.close(mine)
        return
    try:
        os.close(theirs)
        os.close(outlet)
        ends = select.poll()
        ends.register(inlet, 0)  # Only its end, never its content.
        ends.register(mine, 0)
        while not ends.poll(_LOOK_MS) and parent_of(me) == parent:
            pass
    finally:
        os.killpg(0, signal.SIGKILL)


def _limit(limits: Mapping[str, int]) -> None:
    for kind, most in (
        (resource.RLIMIT_DATA, limits["memory_bytes"]),
        (resource.RLIMIT_FSIZE, limits["file_bytes"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):
        _, hard = resource.getrlimit(kind)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, least))
    # Some containers mount /proc read-only; then nobody is preferred.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(_OOM_SCORE), encoding="ascii")


def _built(hello: Message) -> Redactor:
    from redactor.foreign import translated
    from redactor.policy import Policy

    with translated(Path()):
        policy = Policy.model_validate(hello["policy"])
        module, _, name = hello["factory"].partition(":")
        try:
            redactor: Redactor = getattr(import_module(module), name)(policy)
        except ModuleNotFoundError as error:
            message = f"the module {error.name} is missing; install it"
            raise MissingEngineError(message, reason="NO_ENGINE") from None
        return redactor


def _serve(redactor: Redactor, request: Message, outlet: int, lock: threading.Lock) -> None:
    def tell(number: int) -> Progress:
        told, stage = -_PROGRESS_S, ""

        def progress(new: str, share: float) -> None:
            nonlocal told, stage
            now = time.monotonic()
            if new != stage or now - told >= _PROGRESS_S:
                told, stage = now, new
                with lock:
                    send(outlet, {"at": number, "stage": new, "share": share})

        return progress

    try:
        if "names" in request:
            answer = _names(redactor, request["names"], tell(0))
        else:
            from redactor.orders import Order

            orders = [Order.from_dict(body) for body in request["orders"]]
            answers = _answers(redactor, orders, Path(request["folder"]), [tell(at) for at in range(len(orders))])
            answer = {"answers": [one.as_dict() for one in answers]}
    except RedactorError as error:
        answer = _failed(error)
    with lock:
        send(outlet, answer)


def _names(redactor: Redactor, relatives: Sequence[str], progress: Progress) -> Message:
    from redactor.foreign import translated

    names = []
    with translated(Path()):
        for number, relative in enumerate(relatives):
            names.append(str(redactor.public_name(PurePosixPath(relative))))
            progress("names", (number + 1) / len(relatives))
    return {"names": names}


def _answers(redactor: Redactor, orders: Sequence[Order], folder: Path, tell: Sequence[Progress]) -> list[Answer]:
    """Drafts of each order in a folder of its own; what libraries keep in temporary files goes beside them."""
    from redactor import stores
    from redactor.foreign import translated
    from redactor.orders import Answer, Drafts, Failure
    from redactor.prepare import prepare
    from redactor.together import Ended, redact_together

    places = {order.item: folder / str(number) for number, order in enumerate(orders)}
    try:
        for place in (*places.values(), folder / "tmp"):
            place.mkdir(mode=0o700)
    except OSError as error:
        # The files are not to blame.
        return [Answer(order.item, error=Failure.of(stores.cannot_write(error))) for order in orders]
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder / "tmp")
    files: dict[str, tuple[tuple[str, str], ...]] = {}
    index: dict[str, tuple[tuple[str, str, float], ...]] = {}
    told = {order.item: (bytes.fromhex(order.index_key), order.day) for order in orders}

    def drafted(member: Member, shared: Shared | None = None) -> Receipt:
        item, place = member.item, places[str(member.item.relative)]
        assert item.media is not None
        assert member.outputs is not None
        assert member.progress is not None
        with translated(item.path, place):
            digest = (shared.own.source_digest if shared else "") or stores.sha256(item.path)
            index_key, day = told[str(item.relative)]
            ready = prepare(
                item.media,
                digest,
                member.outputs,
                place,
                redactor.assembly,
                member.progress,
                shared=shared,
                index_key=index_key,
                day=day,
            )
        files[str(item.relative)] = tuple((str(draft), str(target)) for draft, target in ready.files)
        index[str(item.relative)] = tuple((kind, mac.hex(), score) for kind, mac, score in ready.index)
        return ready.receipt

    members = [_member(order, folder, progress) for order, progress in zip(orders, tell, strict=True)]
    if len(members) == 1 and members[0].before is None:
        ended = [Ended()]
        began = time.perf_counter()
        try:
            ended[0].result = drafted(members[0])
        except RedactorError as error:
            ended[0].result = error
        ended[0].seconds = time.perf_counter() - began
    else:
        ended = redact_together(redactor, members, end=drafted)
    answers = []
    for order, end in zip(orders, ended, strict=True):
        if isinstance(end.result, RedactorError):
            answers.append(Answer(order.item, error=Failure.of(end.result), seconds=end.seconds))
        else:
            drafts = Drafts(end.result.as_dict(), files[order.item], index[order.item]) if end.result else None
            answers.append(Answer(order.item, drafts, seconds=end.seconds))
    return answers


def _member(order: Order, folder: Path, progress: Progress) -> Member:
    from redactor.protocols import Media
    from redactor.stores import Item
    from redactor.together import Member, Published

    # The item goes by its digest here: its own name is nobody's business, and its public one was found before.
    media = Media(Path(order.path), order.kind, order.format, order.speaker)
    item = Item(media.path, PurePosixPath(order.item), media)
    before = Published(order.before[0], frozenset(order.before[1])) if order.before else None
    return Member(item, order.outputs, folder, order.store, progress, before)


def _failed(error: RedactorError) -> Message:
    return {"failed": [int(error.exit_code), error.reason, str(error)]}


if __name__ == "__main__":
    main(sys.argv[1:])
