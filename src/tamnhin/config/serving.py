"""Serving the pages with Granian, and the worker that runs tasks beside it."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from types import FrameType

from tamnhin.config.commands import CommandError, demo_logins, setup
from tamnhin.engine.problems import Problem, declare

# fmt: off
declare(
    "PORT_BUSY", "error",
    "Cổng {port} ở {host} đang có chương trình khác dùng. Dừng chương trình đó hoặc chọn cổng khác: --port {other}.",
    "Another program is using port {port} on {host}. Stop it or choose another port: --port {other}.", fatal=True,
)
declare(
    "PORT_REFUSED", "error",
    "Không mở được cổng {port} ở {host}: {reason}. Chọn địa chỉ hoặc cổng khác.",
    "Port {port} on {host} cannot be opened: {reason}. Choose another address or port.", fatal=True,
)
# fmt: on

THREADS = 4
READY_SECONDS = 30
STOP_SECONDS = 10
FIRST_DUE_SECONDS = 20  # the first page comes first
DUE_SECONDS = 3600  # a day begins at another hour in each time zone


def serve(
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int = 1,
    *,
    announce: Callable[[str], None] | None = None,
) -> int:
    """Serve until interrupted or terminated; returns the exit status of the server (0 when it was asked to stop).

    ``announce`` gets the address and, where the demo is loaded, its log-ins once the first page can be served
    (default: standard output). Raises CommandError for a port that is taken: Granian would share it without a word,
    and every other page would come from the other program.
    """
    check_port(host, port)
    setup()
    tell = announce or _to_stdout
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
           "--workers", str(workers), "--blocking-threads", str(THREADS), "--no-ws", "--log-level", "warning",
           "tamnhin.config.wsgi:application"]  # fmt: skip
    work = [sys.executable, "-m", "django", "db_worker", "--no-reload", "--no-startup-delay", "--interval", "1"]
    with _stoppable() as stopped, _running(web) as server, _running(work) as tasks:
        if _answers(host, port, server, stopped):
            tell(welcome(host, port))
        daily: subprocess.Popen[bytes] | None = None
        next_due = time.monotonic() + FIRST_DUE_SECONDS
        while server.poll() is None and not stopped:
            if daily is not None and daily.poll() is not None:
                daily = None
            if daily is None and time.monotonic() >= next_due:
                next_due = time.monotonic() + DUE_SECONDS
                daily = _start([sys.executable, "-m", "tamnhin", "daily"])
            if tasks.poll() is not None:
                # pages without the worker would accept imports that nobody runs
                sys.stderr.write(f"tamnhin: the task worker ended with status {tasks.returncode}\n")
                return 1
            time.sleep(0.2)
        return 0 if stopped else server.returncode


def check_port(host: str, port: int) -> None:
    """Raises CommandError when nothing can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # what has just been closed is free; what is listened to is not
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            code = "PORT_BUSY" if fault.errno == errno.EADDRINUSE else "PORT_REFUSED"
            args = {"host": host, "port": port, "other": port + 1 if port < 65535 else 8000, "reason": fault.strerror}
            raise CommandError(Problem(code, args=args)) from None
        except OverflowError as fault:
            raise CommandError(Problem("PORT_REFUSED", args={"host": host, "port": port, "reason": fault})) from None


def welcome(host: str, port: int) -> str:
    """The address and, for the demo company, who can log in. In both languages: whoever starts it has chosen none."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "") else "[::1]" if host == "::" else host  # noqa: S104
    lines = [f"Tầm Nhìn: http://{shown}:{port}/   (Ctrl+C: dừng · stop)"]
    logins, password = demo_logins()
    if logins:
        secret = password or "— (đã đặt khi nạp · the one given when loading)"
        lines.append(f"Đăng nhập thử · demo log-ins, mật khẩu · password: {secret}")
        wide = max(len(one.email) for one in logins)
        lines += [f"  {one.email:<{wide}}  {one.role:<9}  {one.unit:<5} {one.name}" for one in logins]
    return "\n".join(lines)


def _to_stdout(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    """Run beside the server; what goes wrong is said where the server says it. It may outlive the server: it is short,
    and what it does is whole or not at all.
    """
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 (own command)


@contextlib.contextmanager
def _running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """The process in a group of its own, so that Ctrl+C reaches it once and in order, by its id, when we end it."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "tamnhin.config.settings"),
    }
    process = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 (own command)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextlib.contextmanager
def _stoppable() -> Iterator[list[int]]:
    """A list that holds the signal once somebody has asked us to stop."""
    asked: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        asked.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _answers(host: str, port: int, server: subprocess.Popen[bytes], stopped: list[int]) -> bool:
    """Wait until the server takes connections; False when it ended or is too slow."""
    there = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and server.poll() is None and not stopped:
        with contextlib.suppress(OSError), socket.create_connection((there, port), timeout=1):
            return True
        time.sleep(0.1)
    return False
