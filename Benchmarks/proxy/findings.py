"""What a case found out, and whether it is within what serin promises."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    case: str
    what: str
    value: str
    promise: str = ""
    """What is promised; empty where nothing is."""
    holds: bool = True
    note: str = ""
    """What is too long for a table."""


def at_most(case, what, value, unit, promised, digits=0, note=""):
    return Finding(case, what, f"{value:.{digits}f} {unit}".rstrip(), f"at most {promised} {unit}".rstrip(),
                   value <= promised, note)


def none_of(case, what, count, note=""):
    return Finding(case, what, str(count), "none", count == 0, note)


def figure(case, what, value):
    return Finding(case, what, value)
