"""A table that is only read."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from ppcl_app.widgets.data_table import DataTable

ROW = ("Tier 1", "22", "10.3 M (90 %)", "everywhere, also in old programs")


@pytest.mark.parametrize("fitted", [(), (0, 2)])
@pytest.mark.parametrize("width", [300, 500, 900])
def test_no_column_cuts_its_texts_and_what_is_left_over_is_used(
    qtbot: QtBot, width: int, fitted: tuple[int, ...]
) -> None:
    table = DataTable("Sizes", ("Size", "Layers", "Parameters", "Opens"))
    qtbot.addWidget(table)
    table.resize(width, 200)
    table.fit_columns(*fitted)
    table.show()
    table.show_rows([ROW, ROW])
    header = table.horizontalHeader()
    needed = [max(table.sizeHintForColumn(c), header.sectionSizeHint(c)) for c in range(4)]
    widths = [table.columnWidth(column) for column in range(4)]
    assert all(wide >= least for wide, least in zip(widths, needed, strict=True))
    assert sum(widths) == max(table.viewport().width(), sum(needed))
    assert all(widths[column] == needed[column] for column in fitted)
