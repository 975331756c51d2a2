"""Where the time of a run went, file by file: minutes on the clock, and minutes of CPU."""

import os
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator

import pytest

NAME = "cpu"


class CpuTimes:
    """Adds to each report the CPU time that its phase took, ended child processes included."""

    def __init__(self) -> None:
        self.before = sum(os.times()[:4])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Measure the time since the report before."""
        report = yield
        now = sum(os.times()[:4])
        report.user_properties.append((NAME, now - self.before))
        self.before = now
        return report


def format_durations(reports: Iterable[pytest.TestReport]) -> Iterator[str]:
    """A table of the files, the longest first."""
    clock: dict[str, float] = defaultdict(float)
    cpu: dict[str, float] = defaultdict(float)
    for report in reports:
        file = report.nodeid.split("::")[0]
        clock[file] += report.duration
        seconds = dict(report.user_properties).get(NAME)
        cpu[file] += seconds if isinstance(seconds, float) else 0
    yield "  clock     CPU"
    for file in sorted(clock, key=lambda file: -clock[file]):
        yield f"{clock[file] / 60:7.1f} {cpu[file] / 60:7.1f}  {file}"
    yield f"{sum(clock.values()) / 60:7.1f} {sum(cpu.values()) / 60:7.1f}  all workers together"
