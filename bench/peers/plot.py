"""The figures as a picture: bars for each operation, their length the time as a multiple of the least possible.

An SVG by hand, with two sets of colours, so that it can be read on a light and on a dark page.
"""

from xml.sax.saxutils import escape

import report

WIDTH, LEFT, RIGHT, BAR, GAP, HEAD = 860, 240, 70, 15, 26, 64
# The agent's bars, then everybody else's.
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 15px; font-weight: 600 } .group { font-weight: 600 } .value { font-size: 11px }
  .ours { fill: #1a7f37 } .theirs { fill: #8c959f } .least { stroke: #cf222e; stroke-width: 1.5; stroke-dasharray: 4 3 }
  .least-text { fill: #cf222e; font-size: 11px }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .ours { fill: #3fb950 } .theirs { fill: #6e7681 } .least { stroke: #ff7b72 }
    .least-text { fill: #ff7b72 }
  }
"""


def write(figures, file):
    file.write_text(picture(figures))


def picture(figures):
    clients, least = figures["clients"], figures["least"]["contactless"]
    groups = []
    for operation in report.COMPARED:
        bars = [
            (name, client["label"], report.ratio(client["operations"][operation]["contactless"], least[operation]))
            for name, client in clients.items() if operation in client["operations"]
        ]
        groups.append((figures["operations"][operation], bars))
    longest = max(value for _, bars in groups for _, _, value in bars)
    scale = (WIDTH - LEFT - RIGHT) / longest
    parts, y = [], HEAD
    for meaning, bars in groups:
        y += GAP
        parts.append(f'<text class="group" x="12" y="{y - 8}">{escape(meaning)}</text>')
        for name, label, value in bars:
            kind = "ours" if name.startswith("agent") else "theirs"
            parts.append(f'<text x="{LEFT - 8}" y="{y + 11}" text-anchor="end">{escape(label)}</text>')
            parts.append(f'<rect class="{kind}" x="{LEFT}" y="{y}" width="{value * scale:.1f}" height="{BAR - 3}" rx="2"/>')
            parts.append(f'<text class="value" x="{LEFT + value * scale + 6:.1f}" y="{y + 10}">{value:.2f}</text>')
            y += BAR
    x = LEFT + scale
    height = y + 16
    title = "Time for each operation, as a multiple of the least possible (shorter is better)"
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{title}">',
        f"<style>{STYLE}</style>",
        f'<text class="title" x="12" y="22">{title}</text>',
        '<text x="12" y="42">Contactless model: 5 ms a command, 94.4 µs a byte, 300 ms a signature. Made by make bench.</text>',
        f'<line class="least" x1="{x:.1f}" y1="{HEAD}" x2="{x:.1f}" y2="{y}"/>',
        f'<text class="least-text" x="{x:.1f}" y="{HEAD - 4}" text-anchor="middle">least possible</text>',
        *parts,
        "</svg>",
        "",
    ])
