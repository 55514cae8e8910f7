"""Numbers as a person reads them: sizes, times, ratios, and a time left that is a range."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from ppcl_app.time_left import Range

translate = QCoreApplication.translate  # lupdate knows this name
MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"
_THIN = "\N{NARROW NO-BREAK SPACE}"


def count(value: float) -> str:
    """7 120 000 -> "7.1 M"."""
    for limit, unit in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if value >= limit:
            return f"{_number(value / limit)}{_THIN}{unit}"
    return str(round(value))


def data_size(num_bytes: float) -> str:
    for limit, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if num_bytes >= limit:
            return f"{_number(num_bytes / limit)}{_THIN}{unit}"
    return f"{round(num_bytes)}{_THIN}B"


def seconds(value: float) -> str:
    """Measured seconds of one picture."""
    if value < 1:
        return _join(translate("Figures", "{value} ms"), round(value * 1000))
    return _seconds(_number(value))


def percent(share: float) -> str:
    return f"{round(share * 100)}{_THIN}%"


def change(ratio: float) -> str:
    """What is gone at `ratio` of the original: 0.62 -> "-38 %", with a true minus sign."""
    gone = round((1 - ratio) * 100)
    return percent(0) if gone == 0 else f"{MINUS}{gone}{_THIN}%"


def factor(value: float) -> str:
    return f"{QLocale().toString(value, 'f', 2)}{TIMES}"


def duration(value_s: float) -> str:
    """Time taken, for example "8 s", "2 min 05 s", "1 h 10 min"."""
    whole = max(0, round(value_s))
    if whole < 60:
        return _seconds(whole)
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{_minutes(minutes)} {_seconds(f'{rest:02d}')}"
    return f"{_hours(minutes // 60)} {_minutes(f'{minutes % 60:02d}')}"


def price(value_s: float) -> str:
    """What something will take, roughly: "20 s", "3 min", "1.5 h"."""
    if value_s < 55:
        return _seconds(max(5, 5 * round(value_s / 5)))
    if value_s < 55 * 60:
        return _minutes(max(1, round(value_s / 60)))
    return _hours(_number(value_s / 3600))


def price_range(spent: Range) -> str:
    """What something will take, as far as it is known: "2 to 5 min", "40 s to 2 min", "3 min"."""
    low, high = price(spent.low_s), price(spent.high_s)
    if low == high:
        return low
    number, _, unit = low.partition(_THIN)
    low = number if high.endswith(f"{_THIN}{unit}") else low
    return translate("Figures", "{low} to {high}").format(low=low, high=high)


def time_left(left: Range | None) -> str:
    """A range at first, then one number; empty where nothing is known."""
    if left is None:
        return ""
    if left.high_s < 10:
        return translate("Figures", "a few seconds left")
    if left.high_s < 60:
        return translate("Figures", "less than a minute left")
    divisor, with_unit = (60, _minutes) if left.high_s < 5400 else (3600, _hours)
    low, high = max(1, round(left.low_s / divisor)), max(1, round(left.high_s / divisor))
    if low == high:
        return translate("Figures", "about {time} left").format(time=with_unit(low))
    return translate("Figures", "{low} to {high} left").format(low=low, high=with_unit(high))


def _seconds(value: int | str) -> str:
    return _join(translate("Figures", "{value} s"), value)


def _minutes(value: int | str) -> str:
    return _join(translate("Figures", "{value} min"), value)


def _hours(value: int | str) -> str:
    return _join(translate("Figures", "{value} h"), value)


def _join(text: str, value: int | str) -> str:
    """A number and its unit must not be parted at the end of a line."""
    return text.format(value=value).replace(" ", _THIN)


def _number(value: float) -> str:
    return QLocale().toString(value, "f", 1 if value < 100 else 0)
