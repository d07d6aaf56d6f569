"""The figures as a picture: bars for each operation, their length the time as a multiple of the least possible.

An SVG by hand, with two sets of colours, so that it can be read on a light and on a dark page.
"""

from xml.sax.saxutils import escape

import report

WIDTH, LEFT, RIGHT, BAR, GAP, HEAD = 860, 240, 130, 15, 26, 64
# Longer bars are cut.
LONGEST = 6
# The agent's bars, then everybody else's.
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 15px; font-weight: 600 } .group { font-weight: 600 } .value { font-size: 11px }
  .ours { fill: #1a7f37 } .look { fill: #1a7f37; opacity: 0.4 } .theirs { fill: #8c959f } .bare { fill: #cf222e; opacity: 0.55 } .least { stroke: #cf222e; stroke-width: 1.5; stroke-dasharray: 4 3 }
  .least-text { fill: #cf222e; font-size: 11px }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .ours, .look { fill: #3fb950 } .theirs { fill: #6e7681 } .least { stroke: #ff7b72 }
    .least-text { fill: #ff7b72 }
  }
"""


def write(figures, file):
    file.write_text(picture(figures))


def picture(figures):
    clients, least = figures["clients"], figures["least"]["contactless"]
    scale = (WIDTH - LEFT - RIGHT) / LONGEST
    parts, y = [], HEAD
    for operation in report.COMPARED:
        y += GAP
        parts.append(f'<text class="group" x="12" y="{y - 8}">{escape(figures["operations"][operation])}</text>')
        for name, client in clients.items():
            record = client["operations"].get(operation)
            if record:
                remark = ", without the certificate" if operation.startswith("sign") and "b" in record["marks"] else ""
                parts += bar(name, client["label"], record["contactless"], least[operation], scale, y, remark)
                y += BAR
    x = LEFT + scale
    title = "Time for each operation, as a multiple of the least possible (shorter is better)"
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + 16}" role="img" aria-label="{title}">',
        f"<style>{STYLE}</style>",
        f'<text class="title" x="12" y="22">{title}</text>',
        '<text x="12" y="42">Contactless model: 5 ms a command, 94.4 µs a byte, 300 ms a signature. '
        "Light: the look before the prompt.</text>",
        *parts,
        f'<line class="least" x1="{x:.1f}" y1="{HEAD}" x2="{x:.1f}" y2="{y}"/>',
        f'<text class="least-text" x="{x:.1f}" y="{HEAD - 4}" text-anchor="middle">least possible</text>',
        "</svg>",
        "",
    ])


def bar(name, label, record, least, scale, y, remark):
    """One client's bar: its work, and behind it in a lighter colour its look before the prompt."""
    work, whole = (report.ratio(record, least, with_look) for with_look in (False, True))
    kind = {"agent-http": "ours", "agent-cli": "ours", "bare": "bare"}.get(name, "theirs")
    width, whole_width = (min(value, LONGEST) * scale for value in (work, whole))
    value = f"{work:.2f}" + (f", with the look {whole:.2f}" if "look" in record else "") + (" →" if work > LONGEST else "")
    return [
        f'<text x="{LEFT - 8}" y="{y + 11}" text-anchor="end">{escape(label)}</text>',
        f'<rect class="look" x="{LEFT}" y="{y}" width="{whole_width:.1f}" height="{BAR - 3}"/>' if "look" in record else "",
        f'<rect class="{kind}" x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR - 3}"/>',
        f'<text class="value" x="{LEFT + whole_width + 6:.1f}" y="{y + 10}">{value}{remark}</text>',
    ]
