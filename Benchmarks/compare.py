"""Measures Apus and its peers in turn - ours, peer, ours, peer - and writes a Markdown table of the ratios.

Called by Benchmarks/compare, which makes the Python environment and builds Apus.
"""

import argparse
import dataclasses
import datetime
import json
import os
import platform
import select
import statistics
import subprocess
import sys
import tempfile
import time

import workloads

HERE = os.path.dirname(os.path.abspath(__file__))
WHOLE_PROCESSES = ["end-to-end", "startup"]


@dataclasses.dataclass(frozen=True)
class Setting:
    """A peer in one of its ways to run."""

    peer: str
    mode: str
    only: tuple[str, ...]  # workloads

    @property
    def title(self) -> str:
        return self.peer if self.mode in ("mlp", "session", "jax") else f"{self.peer} {self.mode}"


TRAINED = tuple(w.name for w in workloads.WORKLOADS.values() if w.trains)
INFERRED = tuple(w.name for w in workloads.WORKLOADS.values() if not w.trains)
SETTINGS = [
    Setting("pytorch", "eager", TRAINED + INFERRED + tuple(WHOLE_PROCESSES)),
    Setting("pytorch", "compile", TRAINED + INFERRED),
    Setting("pytorch", "bf16", ("mlp-medium", "mlp-large")),
    Setting("jax", "step", TRAINED + INFERRED),
    Setting("jax", "scan", TRAINED + tuple(WHOLE_PROCESSES)),
    Setting("scikit_learn", "mlp", ("mlp-small", "mlp-medium", "mlp-large", "online")),
    Setting("onnxruntime", "session", INFERRED),
    Setting("keras", "jax", tuple(WHOLE_PROCESSES)),
]


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="Benchmarks/compare", description="Apus against other programs, measured in turn.",
        epilog="Workloads: " + ", ".join([*workloads.WORKLOADS, *WHOLE_PROCESSES]))
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help="which; without one all of them")
    peers = sorted({s.peer for s in SETTINGS})
    parser.add_argument("--peers", nargs="+", choices=peers, default=peers, help="which peers")
    parser.add_argument("--modes", nargs="+", help="only these modes, such as eager or scan")
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2], help="on both sides; default 1 2")
    parser.add_argument("--pairs", type=int, default=7, help="ours, peer, ours, peer, …; default 7")
    parser.add_argument("--seconds", type=float, default=0.5, help="of each measurement; default 0.5")
    parser.add_argument("--quick", action="store_true", help="3 pairs of 0.2 s: a look, not a result")
    parser.add_argument("--patience", type=float, default=120, help="seconds until a peer must be ready; default 120")
    parser.add_argument("--realtime", action="store_true", help="chrt -f 50 on both sides, against other work")
    parser.add_argument("--apus", default=os.path.join(HERE, "../.build/release/apus"), help="the binary")
    parser.add_argument("--data", help="the folder of MNIST's files; default: where apus bench looks")
    parser.add_argument(
        "--generated", action="store_true", help="images of random bytes, with hardly a zero, instead of MNIST's")
    parser.add_argument("--output", help="where the table goes; default: standard output")
    parsed = parser.parse_args()
    known = [*workloads.WORKLOADS, *WHOLE_PROCESSES]
    for name in parsed.workloads:
        if name not in known:
            parser.error(f"there is no workload {name}; there are {', '.join(known)}")
    if parsed.generated and parsed.data:
        parser.error("--generated takes no images from --data; give one of them")
    # Its process reads the files of MNIST.
    has_files = not parsed.generated and mnist_folder(parsed.data)
    if "end-to-end" in parsed.workloads and not has_files:
        parser.error("end-to-end needs the files of MNIST; name their folder with --data")
    parsed.workloads = parsed.workloads or [name for name in known if has_files or name != "end-to-end"]
    if parsed.quick:
        parsed.pairs, parsed.seconds = 3, 0.2
    return parsed


def mnist_folder(given: str | None) -> str | None:
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    usual = [os.environ.get("APUS_MNIST"), "data/mnist", f"{home}/apus/mnist", f"{HERE}/../../shared/data/mnist"]
    found = given or next((f for f in usual if f and os.path.isdir(f)), None)
    return found and os.path.abspath(found)


class Comparison:
    def __init__(self, opts: argparse.Namespace):
        self.opts = opts
        self.prefix = ["chrt", "-f", "50"] if opts.realtime else []
        self.apus = os.path.abspath(opts.apus)
        self.environment = dict(os.environ)
        self.environment["TORCHINDUCTOR_CACHE_DIR"] = os.path.join(HERE, ".venv/inductor")
        folder = None if opts.generated else mnist_folder(opts.data)
        self.environment.pop("APUS_MNIST", None)
        self.data = "MNIST" if folder else "generated images of MNIST's shape"
        if folder:
            self.environment["APUS_MNIST"] = folder
        self.versions: dict[str, str] = {}

    def command(self, setting: Setting, workload: str, threads: int) -> list[str]:
        script = os.path.join(HERE, f"peers/with_{setting.peer}.py")
        return [
            *self.prefix, sys.executable, script, workload, "--mode", setting.mode, "--threads", str(threads)]

    def ours(self, workload: str, threads: int, precision: str = "f32") -> dict:
        """One process of `apus bench`; its last part for workloads that have several."""
        command = [
            self.apus, "bench", workload, "--threads", str(threads), "--seconds", str(self.opts.seconds),
            "--precision", precision]
        if "APUS_MNIST" in self.environment:
            command += ["--data", self.environment["APUS_MNIST"]]
        else:
            command += ["--generated"]
        result = subprocess.run(
            [*self.prefix, *command, "--json", "--no-limit"], env=self.environment, capture_output=True, text=True)
        if result.returncode != 0:
            sys.exit(f"{' '.join(command)}: {result.stderr}")
        report = json.loads(result.stdout)
        self.versions["apus"] = report["apus"]
        return report["workloads"][-1]

    def steps(self, workload: str, setting: Setting, threads: int) -> dict:
        """Pairs of a workload that is made of steps: the peer's process stays, and waits while ours runs."""
        process = subprocess.Popen(
            self.command(setting, workload, threads), env=self.environment, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            ready = self.line(process)
            if ready is None:
                return {"failure": f"not ready after {self.opts.patience:.0f} s" if process.poll() is None else "failed"}
            self.versions[setting.peer] = ready["version"]
            pairs, check = [], None
            for _ in range(self.opts.pairs):
                mine = self.ours(workload, threads, "bf16" if setting.mode == "bf16" else "f32")
                check = mine["check"] or check
                process.stdin.write(f"{self.opts.seconds}\n")
                process.stdin.flush()
                answer = self.line(process)
                if answer is None:
                    return {"failure": "failed"}
                pairs.append((mine["us_per_step"], answer["us_per_step"]))
            return {"pairs": pairs, "checks": (check and check["loss"], ready["check"]["loss"])}
        finally:
            process.stdin.close()
            process.kill()
            process.wait()

    def line(self, process: subprocess.Popen) -> dict | None:
        """The next answer of a peer; nil when it has ended or takes too long."""
        if not select.select([process.stdout], [], [], self.opts.patience)[0]:
            return None
        line = process.stdout.readline()
        return json.loads(line) if line else None

    def processes(self, workload: str, setting: Setting, threads: int) -> dict:
        """Pairs of whole processes, timed from outside on both sides."""
        pairs, said = [], ""
        with tempfile.TemporaryDirectory() as folder:
            for _ in range(self.opts.pairs + 1):
                mine = self.timed([*self.prefix, self.apus, *self.words(workload, threads, folder)])[0]
                theirs, said = self.timed(self.command(setting, workload, threads))
                pairs.append((mine, theirs))
        self.versions[setting.peer] = said.split()[-1]
        # The first pair warms the file cache.
        return {"pairs": pairs[1:], "checks": (None, None)}

    def words(self, workload: str, threads: int, folder: str) -> list[str]:
        common = ["--threads", str(threads), "--run-dir", folder, "--force", "--quiet"]
        if workload == "startup":
            return ["train", "deck003", "--hidden", "8", "--activation", "tanh", "--optimizer", "adam",
                    "--batch-size", "full", "--epochs", "500", *common]
        return ["train", "mnist", "--data", self.environment["APUS_MNIST"], "--hidden", "30,30", "--optimizer", "sgd",
                "--learning-rate", "0.001", "--batch-size", "32", "--epochs", "5", *common]

    def timed(self, command: list[str]) -> tuple[float, str]:
        start = time.perf_counter()
        result = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        if result.returncode != 0:
            sys.exit(f"{' '.join(command)}: {result.stderr}")
        return (time.perf_counter() - start) * 1e6, result.stdout

    def run(self) -> list[str]:
        lines, summary = [], []
        for workload in self.opts.workloads:
            best: dict[str, tuple[float, str]] = {}
            for setting in SETTINGS:
                wanted = not self.opts.modes or setting.mode in self.opts.modes
                if workload not in setting.only or setting.peer not in self.opts.peers or not wanted:
                    continue
                for threads in self.opts.threads:
                    print(f"{workload}: {setting.title}, threads {threads} …", file=sys.stderr, flush=True)
                    measure = self.processes if workload in WHOLE_PROCESSES else self.steps
                    result = measure(workload, setting, threads)
                    lines.append(row(workload, setting, threads, result))
                    print(lines[-1], file=sys.stderr, flush=True)
                    if "failure" in result:
                        break
                    for side, name in enumerate(["apus", setting.title]):
                        median = statistics.median(pair[side] for pair in result["pairs"])
                        key = "apus" if side == 0 else "peer"
                        best[key] = min(best.get(key, (float("inf"), "")), (median, f"{name}, threads {threads}"))
            if len(best) == 2:
                summary.append(
                    f"| `{workload}` | {duration(best['apus'][0])} ({best['apus'][1]}) | {duration(best['peer'][0])} "
                    f"({best['peer'][1]}) | {best['peer'][0] / best['apus'][0]:.2f} |")
        return self.document(lines, summary)

    def document(self, lines: list[str], summary: list[str]) -> list[str]:
        day = datetime.date.today().isoformat()
        versions = ", ".join(f"{name} {version}" for name, version in sorted(self.versions.items()))
        return [
            "# Apus and its peers", "",
            f"{day}, {processor()}, {os.cpu_count()} processors, {platform.system()} {platform.release()}, "
            f"Python {platform.python_version()}, data: {self.data}.", "",
            f"Versions: {versions}.", "",
            f"{self.opts.pairs} pairs for each line, ours and the peer in turn, each in its own process, "
            f"{self.opts.seconds} s of steps a time"
            + (", both with real-time priority" if self.opts.realtime else "")
            + ". A ratio above 1 says that Apus is faster; it is the median of the ratios of the pairs, behind it the "
            "smallest and the largest. Both sides have the same number of threads. Loss: mean of the first steps of "
            "each side, from first weights of one kind but different draws.", "",
            "| workload | peer | threads | Apus | peer | ratio | from … to | loss, Apus / peer |",
            "|---|---|---|---|---|---|---|---|", *lines, "",
            "The best of each side, whatever its number of threads:", "",
            "| workload | Apus | best peer | ratio |", "|---|---|---|---|", *summary,
        ]


def row(workload: str, setting: Setting, threads: int, result: dict) -> str:
    start = f"| `{workload}` | {setting.title} | {threads} |"
    if "failure" in result:
        return f"{start} | {result['failure']} | | | |"
    pairs = result["pairs"]
    mine, theirs = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
    ratios = [peer / ours for ours, peer in pairs]
    return (
        f"{start} {duration(mine)} | {duration(theirs)} | {statistics.median(ratios):.2f} "
        f"| {min(ratios):.2f} … {max(ratios):.2f} | {losses(*result['checks'])} |")


def losses(mine: float | None, theirs: float | None) -> str:
    if mine is None or theirs is None:
        return ""
    differs = "" if abs(mine - theirs) <= 0.2 * max(mine, theirs) else " **differs**"
    return f"{mine:.3f} / {theirs:.3f}{differs}"


def duration(microseconds: float) -> str:
    for unit, size in (("s", 1e6), ("ms", 1e3)):
        if microseconds >= size:
            return f"{microseconds / size:.3g} {unit}"
    return f"{microseconds:.3g} µs"


def processor() -> str:
    with open("/proc/cpuinfo") as file:
        lines = file.read().splitlines()
    name = next((l.split(":", 1)[1].strip() for l in lines if l.startswith("model name")), "unknown processor")
    flags = next((l for l in lines if l.startswith("flags")), "").split()
    return f"{name} ({' '.join(f for f in ('avx2', 'avx512f', 'avx512_bf16', 'amx_bf16') if f in flags)})"


def main() -> None:
    opts = options()
    document = "\n".join(Comparison(opts).run()) + "\n"
    if opts.output:
        with open(opts.output, "w") as file:
            file.write(document)
    else:
        sys.stdout.write(document)


main()
