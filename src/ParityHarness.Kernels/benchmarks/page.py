"""Makes a page of bench.csv files: page.py FOLDER, which holds WIDTH/PASS/bench.csv."""
import csv
import math
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
files = sorted(folder.glob("*/*/bench.csv"))
if not files:
    sys.exit(f"{folder}: no bench.csv below it; benchmarks/make makes them")
tables = {(f.parent.parent.name, f.parent.name): list(csv.DictReader(f.open())) for f in files}
first = next(iter(tables.values()))
print(f"# {first[0]['machine']}\n")
peers = sorted({f"{r['runner']} {r['version']}" for rows in tables.values() for r in rows if r["role"] == "peer" and r["seconds"]})
print(f"float32, one thread, medians; beside {', '.join(peers)}. A ratio is a peer's time over the kernel's: above 1 the kernel is faster. "
      "The share is that of the machine's limit, measured in the same rounds. Made by `benchmarks/make`.\n")
for (width, passed), rows in tables.items():
    names = list(dict.fromkeys(r["runner"] for r in rows if r["role"] == "peer" and r["seconds"]))
    worst, logs, lines = math.inf, [], []
    for ours in (r for r in rows if r["role"] == "candidate" and r["seconds"]):
        theirs = {r["runner"]: r for r in rows if r["name"] == ours["name"] and r["role"] == "peer" and r["ratio"]}
        fair = [float(r["ratio"]) for r in theirs.values() if r["fair"] == "yes"]
        if fair:
            worst = min(worst, min(fair))
            logs.append(math.log(min(fair)))
        ratios = " | ".join(f"{float(theirs[n]['ratio']):.2f}" if n in theirs else "–" for n in names)
        lines.append(f"| {ours['name']} | {float(ours['seconds']) * 1e6:,.1f} µs | {100 * float(ours['share']):.0f} % {ours['limit']} | {ratios} |")
    print(f"## {passed}, {width}\n")
    if logs:
        print(f"Peak {float(rows[0]['peak_gflops']):.0f} GFLOP/s. Against the strongest peer of each layer: {math.exp(sum(logs) / len(logs)):.2f} in the geometric mean, {worst:.2f} at worst.\n")
    print(f"| layer | time | share | {' | '.join('x ' + n for n in names)} |")
    print("|---" * (3 + len(names)) + "|")
    print("\n".join(lines) + "\n")
