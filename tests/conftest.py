from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# As the command line does, and before numpy is loaded: on small matrices the threads of BLAS cost more than they give.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

#: In CI nothing may be left out: a test that would skip fails, and says what is missing.
REQUIRE_ALL = any(os.environ.get(name, "").lower() in {"1", "true"} for name in ("CI", "TWITCHCAM_REQUIRE_ALL"))

# A shell that starts something in the background makes it deaf to Ctrl-C, and so all that it starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Time limits of single examples would depend on the machine; in CI the same examples are tried every time.
hypothesis.settings.register_profile("twitchcam", deadline=None, derandomize=REQUIRE_ALL)
hypothesis.settings.load_profile("twitchcam")


def _scheduling() -> tuple[int, ...]:
    """The class and its priority, where the system tells."""
    return (os.sched_getscheduler(0), os.sched_getparam(0).sched_priority) if hasattr(os, "sched_getscheduler") else ()


SCHEDULING = _scheduling()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    report = yield
    return _skip_is_failure(report) if REQUIRE_ALL else report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector):
    report = yield
    return _skip_is_failure(report) if REQUIRE_ALL else report


def _skip_is_failure(report):
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"nothing may be skipped in CI: {reason}"
    return report


@pytest.fixture(autouse=True)
def _no_error_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    errors = [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert not errors, f"the test logged errors: {errors}"


@pytest.fixture(autouse=True)
def _is_scheduled_as_before() -> Iterator[None]:
    """A process that is scheduled before all others keeps them from running: tests that come later would hang."""
    yield
    assert _scheduling() == SCHEDULING, "the test changed how its process is scheduled"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium, one for all tests; `tests.browser.tab` opens a page in it."""
    from tests.browser import launched

    with launched() as browser:
        yield browser
