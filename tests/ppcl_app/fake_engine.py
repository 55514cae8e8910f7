"""An engine for tests of the window: plausible events, and every way of misbehaving.

    python fake_engine.py BEHAVIOUR[:SECONDS_PER_STEP] VERB ARGS...

What is called "held" waits in the middle of probing, behind the first span, in the middle of
finetuning and before its end for a file `past-probe`, `past-distill`, `past-finetune`, `past-end`.

It speaks through the real engine.protocol and writes real project files, but computes nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import os
import select
import signal
import struct
import sys
import time
import zlib
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[2]))

from engine import protocol
from engine.plan import Plan, Span
from engine.project import Header, write_bytes, write_json
from engine.settings import EFFORTS
from engine.tiers import Tier, TierTable

STAGES = ("calibrate", "probe", "plan", "distill", "narrow", "order", "finetune", "evaluate")
SPANS = (Span(3, 5), Span(8, 9), Span(12, 14), Span(17, 18))
NUM_STEPS = 60
SIDE = 64
OWN_STEPS = 8
stopping = False
gates: Path | None = None


def say(event: protocol.Event, payload: bytes = b"") -> None:
    sys.stdout.buffer.write(protocol.encode(event, payload))
    sys.stdout.buffer.flush()


def on_stop(_number: int, _frame: object) -> None:
    global stopping
    stopping = True


def step(pace: float) -> None:
    """One piece of work; ends the process the way the engine does when it was asked to stop."""
    if stopping:
        say(protocol.Stopped())
        sys.exit(130)
    time.sleep(pace)


def gate(place: str, run: Path | None = None) -> None:
    """Wait here until a test has seen what it wants to see."""
    while gates is not None and not (gates / f"past-{place}").exists() and not asks_to_end(run):
        step(0.005)


def asks_to_end(run: Path | None) -> bool:
    return run is not None and (run / "control" / "finish").exists()


def compress(
    folder: Path,
    behaviour: str,
    pace: float,
    *,
    stages: tuple[str, ...] = STAGES,
    spans: tuple[Span, ...] | None = None,
) -> None:
    global gates
    folder.mkdir(parents=True, exist_ok=True)
    gates = folder if behaviour == "held" else None
    if not (folder / "project.json").exists():
        write_json(folder / "project.json", Header(model="pocket", effort="quick"))
    if spans is not None:
        (folder / "stages" / "plan.json").unlink(missing_ok=True)
    is_whole = True
    run = folder / "runs" / f"20260131-160000-{os.getpid()}-compress"
    (run / "control").mkdir(parents=True, exist_ok=True)
    for index, name in enumerate(stages):
        marker = folder / "stages" / f"{name}.json"
        if marker.exists():
            continue
        say(protocol.Stage(name=name, index=index, total=len(stages)))
        if name == "probe":
            probe(pace)
            write_findings(folder)
            say(protocol.Artifact(kind="table", path="probe/table.json"))
        elif name == "plan":
            for later in STAGES[STAGES.index("plan") :]:
                (folder / "stages" / f"{later}.json").unlink(missing_ok=True)
            write_plan(folder, spans or SPANS, is_by_hand=spans is not None)
            say(protocol.Artifact(kind="plan", path="plan.json"))
        elif name == "distill":
            for number, span in enumerate(SPANS):
                learn(f"distill/{span.name}", pace, seed=number)
                misbehave(behaviour)
                gate("distill")
        elif name == "narrow":
            learn("narrow/ffn-7", pace, seed=9)
        elif name == "finetune":
            write_samples(folder, (None, 0))
            is_whole = learn("finetune", pace, seed=11, run=run)
            write_samples(folder, (NUM_STEPS,))
        else:
            for done in range(6):
                say(protocol.Progress(stage=name, done=done, total=6, what="working"))
                step(pace * 4)
        if is_whole:
            marker.parent.mkdir(exist_ok=True)
            marker.touch()
    gate("end")
    if stages == STAGES:
        say(protocol.Notice(text="Scores are of 32 pictures, not of 200."))
        write_tiers(folder)
        say(protocol.Artifact(kind="tiers", path="tiers.json"))
    say(protocol.Done())


def probe(pace: float) -> None:
    for layer in range(24):
        if layer == 12:
            gate("probe")
        say(protocol.Progress(stage="probe", done=layer, total=24, what="fitting probes"))
        say(protocol.Metric(series="probe/text", step=layer, value=hardness(layer) * 0.8))
        say(protocol.Metric(series="probe/image", step=layer, value=hardness(layer)))
        step(pace * 4)


def hardness(layer: int) -> float:
    """High at both ends of the model, low in its middle."""
    return round(0.2 + 0.6 * abs(layer / 23 - 0.5) ** 2 * 4 + 0.03 * math.sin(layer * 12.9), 4)


def write_findings(folder: Path) -> None:
    alike = [[round(math.exp(-abs(i - j) / 9), 4) for j in range(24)] for i in range(24)]
    residual = [
        [round(sum(map(hardness, range(u, v + 1))) / 9, 4) if v >= u else None for v in range(24)]
        for u in range(24)
    ]  # fmt: skip
    table = {
        "format": 1, "mode": "default", "num_blocks": 24, "cka": residual, "residual": residual,
        "heat": {"image": alike, "text": [[value**2 for value in row] for row in alike]},
    }  # fmt: skip
    (folder / "probe").mkdir(parents=True, exist_ok=True)
    write_json(folder / "probe" / "table.json", table)
    costs = {
        f"{u}-{u + length}": round(residual[u][u + length] * 0.9, 6)  # type: ignore[operator]
        for u in range(22) for length in (1, 2)
    }  # fmt: skip
    write_json(folder / "probe" / "costs.json", costs)


def write_plan(folder: Path, spans: tuple[Span, ...], *, is_by_hand: bool) -> None:
    settings = EFFORTS["quick"]
    by_hand = spans if is_by_hand else None
    rule = msgspec.structs.replace(settings.plan, spans=by_hand)
    write_json(folder / "settings.json", msgspec.structs.replace(settings, plan=rule))
    write_json(folder / "plan.json", Plan(model="pocket", num_blocks=24, spans=spans))


def write_project(folder: Path) -> None:
    """A project as a finished run leaves it."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "project.json", Header(model="pocket", effort="quick"))
    write_findings(folder)
    write_plan(folder, SPANS, is_by_hand=False)
    write_tiers(folder)
    for stage in STAGES:
        (folder / "stages").mkdir(exist_ok=True)
        write_json(folder / "stages" / f"{stage}.json", {"fingerprint": "0"})
    run = folder / "runs" / "20260131-154501-17-compress"
    run.mkdir(parents=True)
    write_json(run / "job.json", {"format": 1, "verb": "compress", "effort": "quick", "pid": 17})
    write_json(run / "exit.json", {"format": 1, "outcome": "done", "message": ""})
    events: list[protocol.Event] = [protocol.Stage(name="probe", index=1, total=8)]
    events += [
        protocol.Metric(series=f"probe/{stream}", step=n, value=hardness(n) * share, time_s=n)
        for n in range(24) for stream, share in (("image", 1.0), ("text", 0.8))
    ]  # fmt: skip
    events.append(protocol.Stage(name="distill", index=3, total=8, time_s=30.0))
    events += [
        protocol.Metric(
            series=f"distill/{span.name}/loss", step=n, value=0.5 / (1 + n / 9), time_s=30.0 + n
        )
        for span in SPANS for n in range(10, 70, 10)
    ]  # fmt: skip
    events.append(protocol.Done(time_s=120.0))
    write_bytes(run / "events.jsonl", b"".join(map(protocol.encode, events)))


def learn(series: str, pace: float, *, seed: int, run: Path | None = None) -> bool:
    """False where it was ended early, as was asked for in the folder of the run."""
    for done in range(NUM_STEPS):
        if run is not None and done == NUM_STEPS // 2:
            gate("finetune", run)
        if asks_to_end(run):
            return False
        say(
            protocol.Progress(
                stage=series.partition("/")[0], done=done, total=NUM_STEPS, what=series
            )
        )
        wobble = 0.16 * math.sin(done * 12.9898 + seed * 78.233)
        loss = (0.5 * math.exp(-done / 18) + 0.03 + 0.004 * seed) * (1 + wobble)
        say(protocol.Metric(series=f"{series}/loss", step=done + 1, value=loss))
        if done % 15 == 0:
            say(protocol.Metric(series=f"{series}/validation", step=done, value=loss * 1.08))
        step(pace)
    return True


def write_samples(folder: Path, steps: tuple[int | None, ...]) -> None:
    """The original, or the smallest size after some steps."""
    for step in steps:
        name = "original" if step is None else f"step-{step}"
        asked = protocol.Generate(request=0, prompt="a held-out prompt", tier=9 if step == 0 else 1)
        pixels = picture(asked, share=1.0)
        recipe = f'{{"prompt":"{asked.prompt}","seed":0}}'
        (folder / "samples").mkdir(exist_ok=True)
        write_bytes(folder / "samples" / f"{name}.png", png(SIDE, SIDE, pixels, ppcl=recipe))
        say(protocol.Artifact(kind="sample", path=f"samples/{name}.png"))


def misbehave(behaviour: str) -> None:
    if behaviour == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if behaviour == "segfault":
        print("about to fall", file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGSEGV)
    if behaviour == "disk_full":
        say(protocol.Failed(code="disk_full", message="The disk is full.", hint="Make room."))
        sys.exit(2)
    if behaviour == "oom":
        say(protocol.Failed(code="out_of_memory", message="The graphics card ran out of memory."))
        sys.exit(2)
    if behaviour == "no_model":
        say(protocol.Failed(code="no_model", message="There is no model.", hint="Choose one."))
        sys.exit(2)
    if behaviour == "hang":
        while True:
            time.sleep(0.05)
    if behaviour == "bug":
        raise RuntimeError("a mistake of ours, token hf_abcdefghijklmnop")
    if behaviour == "garbage":
        sys.stdout.buffer.write(b'Downloading: 100%|####| 3/3\n{"event":"unheard"}\n\xff\xfe\n')


def write_tiers(folder: Path) -> None:
    """tiers.json and the comparison sheet, with invented figures."""
    tiers = []
    for number in range(len(SPANS) + 2):
        ratio = 1 - 0.1 * number
        tiers.append(
            Tier(
                name="Original" if number == 0 else f"Tier {number}",
                plugs=tuple(span.name for span in SPANS[:number]),
                parameters=round(11_400_000 * ratio), parameters_ratio=round(ratio, 4),
                blocks=24 - 2 * number, bytes_bf16=round(22_800_000 * ratio), flops_ratio=ratio,
                speedup=round(1 / (ratio + 0.02 * number), 3), forward_seconds=0.21 * ratio,
                picture_seconds=1.42 * ratio, output_error=0.012 * number,
                haarpsi=1 - 0.021 * number, score=0.97 - 0.012 * number,
                score_fields={"background": 1.0, "count": 0.97, "color": 0.95},
            )
        )  # fmt: skip
    table = TierTable(model="pocket", tiers=tuple(tiers), device="cpu", threads=2, captions=32)
    write_json(folder / "tiers.json", table)
    write_bytes(folder / "comparison.png", png(8, 8, bytes(range(192))))


def png(width: int, height: int, rgb: bytes, *, ppcl: str = "") -> bytes:
    rows = b"".join(b"\0" + rgb[y * width * 3 : (y + 1) * width * 3] for y in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    text = chunk(b"tEXt", b"ppcl\0" + ppcl.encode()) if ppcl else b""
    body = chunk(b"IHDR", head) + text + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def serve(behaviour: str, pace: float) -> None:
    say(protocol.Hello(engine_version="0", pid=os.getpid(), device="cpu"))
    time.sleep(pace * 4)
    say(protocol.Ready(tiers=len(SPANS) + 2, steps=OWN_STEPS))
    lines = _Lines()
    asked: protocol.Generate | None = None
    while True:
        if asked is None:
            command = lines.next(wait_s=None)
            if command is None:
                return
            asked = command if isinstance(command, protocol.Generate) else None
            continue
        if behaviour == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        asked = paint(asked, lines, behaviour, pace)


def lost(asked: protocol.Generate) -> int:
    """How much is missing: stand-ins make good for a part of what is left out."""
    gone = 2 * sum(span.removes for span in asked.without)
    return asked.tier + (gone // 2 if asked.has_stand_ins else gone)


def paint(
    asked: protocol.Generate, lines: _Lines, behaviour: str, pace: float
) -> protocol.Generate | None:
    """Paint one picture; returns a newer wish that took its place."""
    if "unknown" in asked.prompt:
        say(
            protocol.Failed(
                code="bad_prompt", message="This word is unknown.", request=asked.request
            )
        )
        return None
    if behaviour.startswith("small_memory") and asked.tier == 0:
        if behaviour == "small_memory_kills":
            os.kill(os.getpid(), signal.SIGKILL)
        say(protocol.Failed(code="out_of_memory", message="Out of memory.", request=asked.request))
        return None
    steps = asked.steps or OWN_STEPS
    tiers = [asked.tier] * steps
    for done in range(1, steps + 1):
        newer = lines.next(wait_s=0.0)
        if isinstance(newer, protocol.SetTier):
            tiers[done - 1 :] = [newer.tier] * (steps - done + 1)
        elif newer is not None:
            say(protocol.Stopped(request=asked.request))
            return newer if isinstance(newer, protocol.Generate) else None
        time.sleep(pace)
        is_final = done == steps
        pixels = picture(asked, share=done / steps)
        event = protocol.Picture(
            bin=len(pixels), width=SIDE, height=SIDE, request=asked.request,
            tier=tiers[done - 1], step=done, steps=steps, final=is_final,
            seconds=steps * pace if is_final else 0.0,
            haarpsi=1 - 0.021 * lost(asked) if is_final else None,
            tiers=tuple(tiers) if is_final else (),
        )  # fmt: skip
        if behaviour == "split":
            frame = protocol.encode(event, pixels)
            for start in range(0, len(frame), 997):
                sys.stdout.buffer.write(frame[start : start + 997])
                sys.stdout.buffer.flush()
                time.sleep(0.0005)
        else:
            say(event, pixels)
    say(protocol.Done(request=asked.request))
    return None


def picture(asked: protocol.Generate, *, share: float) -> bytes:
    """A disc on a flat ground, coloured by prompt and seed, rougher where small or early."""
    digest = hashlib.sha256(f"{asked.prompt}{asked.seed}".encode()).digest()
    ground, disc = digest[0:3], digest[3:6]
    rows = bytearray()
    noise = (1 - share) * 90 + 3 * lost(asked)
    value = 1 + asked.seed
    for y in range(SIDE):
        for x in range(SIDE):
            is_disc = math.hypot(x - SIDE / 2, y - SIDE / 2) < SIDE * (0.34 - 0.008 * asked.tier)
            for channel in disc if is_disc else ground:
                value = (1103515245 * value + 12345) % 2147483648
                rows.append(max(0, min(255, round(channel + noise * (value / 2147483648 - 0.5)))))
    return bytes(rows)


class _Lines:
    """Commands from standard input, without blocking where asked."""

    def __init__(self) -> None:
        self._rest = b""

    def next(self, *, wait_s: float | None) -> protocol.AnyCommand | None:
        while b"\n" not in self._rest:
            if not select.select([0], [], [], wait_s)[0]:
                return None
            data = os.read(0, 65536)
            if not data:
                sys.exit(0)
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return protocol.decode_command(line)


def export(out: Path, behaviour: str, pace: float) -> None:
    say(protocol.Stage(name="export", index=0, total=1))
    for done in range(4):
        say(protocol.Progress(stage="export", done=done, total=4, what="writing"))
        step(pace * 4)
    misbehave(behaviour)
    out.mkdir(parents=True)
    (out / "model_index.json").write_text("{}")
    say(protocol.Metric(series="export/difference", step=0, value=2e-7))
    say(protocol.Artifact(kind="export", path=str(out)))
    say(protocol.Done())


def flood(pace: float, num_events: int = 20_000, per_s: int = 10_000) -> None:
    """Events at 10 kHz, in the small bursts that a real writer makes."""
    burst = per_s // 200
    began = time.monotonic()
    for start in range(0, num_events, burst):
        for number in range(start, start + burst):
            sys.stdout.buffer.write(
                protocol.encode(
                    protocol.Metric(series="distill/3-5/loss", step=number + 1, value=0.5)
                )
            )
        sys.stdout.buffer.flush()
        time.sleep(max(0.0, began + (start + burst) / per_s - time.monotonic()))
    say(protocol.Done())


def burst(pace: float) -> None:
    """Say something, say a lot more right after it, and be gone at once."""
    say(protocol.Notice(text="first"))
    time.sleep(0.01)
    for number in range(300):
        say(protocol.Metric(series="distill/3-5/loss", step=number + 1, value=0.5))
    say(protocol.Done())
    os._exit(0)


def child(pace: float) -> None:
    """Leave a process of our own behind, in our group, that would live on."""
    pid = os.fork()
    if pid == 0:
        os.close(1)
        os.close(2)
        time.sleep(600)
        os._exit(0)
    say(protocol.Notice(text=str(pid)))
    time.sleep(pace)
    say(protocol.Done())


def spans_of(changes: list[str]) -> tuple[Span, ...] | None:
    """Spans by hand; the suggestion itself where they are taken back."""
    for change in changes:
        key, _, value = change.partition("=")
        if key == "plan.spans":
            return msgspec.json.decode(value, type=tuple[Span, ...] | None) or SPANS
    return None


def io(arguments: list[str]) -> int:
    """The true process behind the Model page: it is light, and asks nobody by itself."""
    from engine.hub import worker

    worker._warm_up = lambda: None  # half a second of computing for each window of the tests
    return worker.main(arguments)


def main() -> None:
    if sys.argv[2:3] == ["io"]:
        sys.exit(io(sys.argv[3:]))
    behaviour, _, pace_text = sys.argv[1].partition(":")
    pace = float(pace_text or 0.002)
    if behaviour != "stubborn":
        signal.signal(signal.SIGTERM, on_stop)
    else:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    parser = argparse.ArgumentParser()
    parser.add_argument("verb")
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("stages", nargs="*")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--effort")
    parser.add_argument("--set", action="append", default=[])
    options, _rest = parser.parse_known_args(sys.argv[2:])
    special = {"flood": flood, "child": child, "burst": burst}
    if behaviour == "other_version":
        say(protocol.Hello(protocol=99, engine_version="9", pid=os.getpid(), device="cpu"))
        time.sleep(5)
    elif behaviour == "silent":
        sys.exit(0)
    elif behaviour == "endless_line":
        while True:
            sys.stdout.buffer.write(b"x" * 65536)
    elif behaviour in special:
        special[behaviour](pace)
    elif options.verb == "compress":
        compress(options.out, behaviour, pace)
    elif options.verb == "run":
        stages = tuple(options.stages)
        compress(options.folder, behaviour, pace, stages=stages, spans=spans_of(options.set))
    elif options.verb == "serve":
        serve(behaviour, pace)
    elif options.verb in ("export", "pictures"):
        export(options.out, behaviour, pace)


if __name__ == "__main__":
    main()
