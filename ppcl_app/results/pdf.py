"""PDF files through Qt: the report, and the comparison sheet on one page."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument

from ppcl_app.project_model import ProjectModel
from ppcl_app.results import report

_DPI = 200
_MARGIN_MM = 12


def report_pdf(project: ProjectModel) -> bytes:
    """The report on numbered A4 pages; Qt puts margins of 2 cm around them."""
    buffer, writer = _writer(report.title(project), margin_mm=0)
    document = QTextDocument()
    if project.comparison_sheet is not None:
        kind = int(QTextDocument.ResourceType.ImageResource.value)
        document.addResource(kind, QUrl(report.SHEET), QImage(str(project.comparison_sheet)))
    document.setHtml(report.page(project))
    document.print_(writer)
    return _content(buffer)


def sheet_pdf(sheet: Path, *, title: str) -> bytes:
    """The comparison sheet alone, as large as a page on its side allows."""
    buffer, writer = _writer(title, margin_mm=_MARGIN_MM)
    image = QImage(str(sheet))
    if image.width() > image.height():
        writer.setPageOrientation(QPageLayout.Orientation.Landscape)
    painter = QPainter(writer)
    room = QSizeF(writer.width(), writer.height())
    size = QSizeF(image.size()).scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
    painter.drawImage(QRectF(0, 0, size.width(), size.height()), image)
    painter.end()
    return _content(buffer)


def _writer(title: str, *, margin_mm: int) -> tuple[QBuffer, QPdfWriter]:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DPI)
    writer.setTitle(title)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margins = QMarginsF(margin_mm, margin_mm, margin_mm, margin_mm)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    return buffer, writer


def _content(buffer: QBuffer) -> bytes:
    buffer.close()
    return bytes(buffer.data().data())
