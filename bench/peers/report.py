"""The figures as tables: on the terminal, and in docs/performance.md between two marks that stay where they are.

Times are given as ratios: under the contactless model to the least possible, which is computed; without latency to the
agent over HTTP, which shows what the programs cost beside the card. Absolute times are in the JSON.
"""

import pathlib

BEGIN = "<!-- written by bench/peers/run: begin -->"
END = "<!-- written by bench/peers/run: end -->"
REFERENCE = "agent-http"
# What is read first; `certificate-again` has no least, since nothing is to be done.
COMPARED = ("pins", "certificate", "authenticate", "sign-1", "sign-10")


def ratio(record, least, with_look=False):
    look = record.get("look", {"ms": 0.0})["ms"] if with_look else 0.0
    return (record["ms"] + look) / least["ms"]


def ratios(figures):
    """[client, ratio to the least for each of COMPARED]; None where a client does not do it. A row for agents with the look."""
    least = figures["least"]["contactless"]
    rows = []
    for client in figures["clients"].values():
        operations = client["operations"]
        for with_look in (False, True):
            if with_look and not any("look" in operation["contactless"] for operation in operations.values()):
                continue
            label = client["label"] + (" (with the look before the prompt)" if with_look else "")
            row = [
                ratio(operations[name]["contactless"], least[name], with_look) if name in operations else None
                for name in COMPARED
            ]
            rows.append((label, row))
    return rows


def details(figures):
    """For each operation [client, marks, commands, out, in, commands before the prompt, ratios contactless and without]."""
    models = list(figures["least"])
    for operation, meaning in figures["operations"].items():
        least = figures["least"][models[-1]][operation]
        rows = [("least possible", "", least["commands"], least["out"], least["in"], None, 1.0, None)]
        own = figures["clients"].get(REFERENCE, {"operations": {}})["operations"].get(operation)
        for client in figures["clients"].values():
            record = client["operations"].get(operation)
            if record is None:
                continue
            quick = record["none"]
            rows.append((
                client["label"], record["marks"], quick["commands"], quick["out"], quick["in"],
                quick.get("look", {}).get("commands"),
                ratio(record["contactless"], least) if "contactless" in record and least["ms"] else None,
                quick["ms"] / own["none"]["ms"] if own else None,
            ))
        yield meaning, rows if least["commands"] else rows[1:]


def shown(value, digits):
    return "" if value is None else f"{value:.{digits}f}"


def terminal(figures):
    lines = []
    for meaning, rows in details(figures):
        lines += ["", meaning, f"  {'':42} {'commands':>8} {'bytes out > in':>15} {'look':>5} {'x least':>8} {'no latency':>11}"]
        for label, marks, commands, out, back, look, contactless, none in rows:
            name = f"{label} [{marks}]" if marks else label
            lines.append(
                f"  {name:42} {commands:>8} {f'{out} > {back}':>15} {'' if look is None else look:>5} "
                f"{shown(contactless, 3):>8} {shown(none, 1):>11}"
            )
    lines += [""] + [f"  [{mark}] {meaning}" for mark, meaning in figures["marks"].items()]
    lines += ["", "  x least: wall time under the contactless model, to the least possible; no latency: to the agent over HTTP"]
    for label, peak in peaks(figures):
        lines.append(f"  peak memory, {label}: {peak}")
    for model, tap in figures["tap"].items():
        lines.append(f"  the tap itself, {model}: {tap['p50_us']} us a command (p99 {tap['p99_us']} us)")
    return "\n".join(lines)


def peaks(figures):
    return [
        (client["label"], f"{client['peak_kib'] / 1024:.1f} MiB")
        for client in figures["clients"].values() if "peak_kib" in client
    ]


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" + "--:|" * (len(heads) - 1)]
    return lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows]


def markdown(figures):
    operations, machine, sizes = figures["operations"], figures["machine"], figures["certificates"]
    tap = figures["tap"]["contactless"]
    lines = [
        BEGIN,
        "",
        "![Time of each client for each operation, as a multiple of the least possible](performance-peers.svg)",
        "",
        f"Made by `make bench` on {figures['made']} ({machine['processors']} processors, {machine['system']}; load at the start {machine['load']}); the card's "
        f"certificates are {sizes['authentication']} (authentication) and {sizes['signature']} bytes long. The tap's own share was "
        f"{tap['p50_us']} µs a command (p99 {tap['p99_us']} µs).",
        "",
        "**Wall time under the contactless model, as a multiple of the least possible**",
        "",
        *table(
            ["client", *(operations[name] for name in COMPARED)],
            [[label, *(shown(value, 2) for value in row)] for label, row in ratios(figures)],
        ),
        "",
        "**Commands and bytes that the card sees**, and wall time without any latency as a multiple of the agent's over HTTP",
    ]
    for meaning, rows in details(figures):
        lines += ["", f"*{meaning[0].upper() + meaning[1:]}*", ""]
        lines += table(
            ["client", "remarks", "commands", "bytes out", "bytes in", "before the prompt", "no latency"],
            [
                [label, " ".join(marks), commands, out, back, "" if look is None else f"+{look}", shown(none, 1)]
                for label, marks, commands, out, back, look, _, none in rows
            ],
        )
    lines += ["", *(f"- {mark}: {meaning}" for mark, meaning in figures["marks"].items())]
    versions = {client["label"]: client["version"] for client in figures["clients"].values()}
    lines += ["", "**Peak memory**", ""]
    lines += table(["client", "version", "resident"], [[label, versions[label], peak] for label, peak in peaks(figures)])
    return "\n".join([*lines, "", END])


def write(figures, file: pathlib.Path):
    """Replaces what stands between the marks."""
    text = file.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    file.write_text(before + markdown(figures) + after)
