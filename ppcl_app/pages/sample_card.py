"""One prompt at one seed, over time: how near the smallest size has come to the original."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ppcl_app.project_model import ProjectModel
from ppcl_app.run_model import RunModel
from ppcl_app.sample_pictures import Sample, read_samples
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.picture_strip import PictureStrip, Thumb


class SampleCard(Card):
    """Hidden until the engine has painted the first sample."""

    def __init__(self, run: RunModel, project: ProjectModel, parent: QWidget | None = None) -> None:
        title = self.tr("The smallest size, same seed")
        super().__init__(title, parent=parent)
        self._run, self._project = run, project
        self.strip = PictureStrip(title, smallest=62)
        self.body.setContentsMargins(16, 10, 12, 10)
        self.body.setSpacing(4)
        self.body.addWidget(self.strip, 1)
        run.artifact_made.connect(self._on_artifact)
        run.phase_changed.connect(self.show_samples)
        project.project_changed.connect(self.show_samples)
        project.plan_changed.connect(self.show_samples)
        self.show_samples()

    def show_samples(self) -> None:
        is_stale = self._project.is_stale and not self._run.is_active
        samples = [] if is_stale else read_samples(self._project.folder)
        self.setVisible(len(samples) > 1)
        last = len(samples) - 1
        self.strip.show_thumbs(
            [self._thumb(sample, is_last=n == last) for n, sample in enumerate(samples)]
        )

    def _on_artifact(self, kind: str, _path: str) -> None:
        if kind == "sample":
            self.show_samples()

    def _thumb(self, sample: Sample, *, is_last: bool) -> Thumb:
        what = self.tr("“{prompt}”, seed {seed}").format(prompt=sample.prompt, seed=sample.seed)
        if sample.step is None:
            return Thumb(self.tr("Original"), image=sample.image, tip=what)
        steps = self.tr("step {step}").format(step=sample.step)
        title = steps
        if sample.step == 0:
            title = self.tr("before")
        elif is_last:
            title = self.tr("now") if self._run.is_active else self.tr("after")
        note = "" if title == steps else steps
        tip = self.tr("{what}. After {count} steps of learning all together.")
        tip = tip.format(what=what, count=sample.step)
        return Thumb(title, note, sample.image, is_strong=is_last and sample.step > 0, tip=tip)
