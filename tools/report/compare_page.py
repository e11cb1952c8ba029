#!/usr/bin/env python3
"""Makes one self-contained HTML page of what `nestwright compare --json` wrote.

Usage: compare_page.py RESULT.json PAGE.html          (needs plotly)
"""

import html
import sys
from pathlib import Path

import plotly.graph_objects as graph
import plotly.io
import plotly.offline

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from launcher.json_file import read_json  # noqa: E402: the path above is what makes it importable
from launcher.report import LauncherError, say  # noqa: E402
from launcher.whole_file import write_file  # noqa: E402

OWN, RIVAL, LIMIT = "#2c6fbb", "#c2703d", "#888888"
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; } .shape { color: #666; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid #ddd; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; } td.reason { text-align: left; white-space: normal; color: #666; }
tr.rival td:first-child { color: #c2703d; } details { margin: .5rem 0; } summary { cursor: pointer; }
pre { font-size: .75rem; line-height: 1.35; background: #f6f6f6; padding: .75rem; overflow-x: auto; max-height: 32rem; }
@media print { body { max-width: none; } pre { max-height: none; white-space: pre-wrap; } .plot { break-inside: avoid; } }
"""


def short_name(entry: dict) -> str:
    name = entry["name"] if entry["rival"] else Path(entry["name"]).stem
    return " ".join([name, *(f"{parameter}={value}" for parameter, value in entry.get("parameters", {}).items())])


def timed(comparison: dict) -> list:
    """The entries that have a time, the fastest first."""
    return sorted((e for e in comparison["entries"] if "median_seconds" in e), key=lambda e: e["median_seconds"])


def figure_html(figure: graph.Figure) -> str:
    figure.update_layout(template="plotly_white", margin={"l": 10, "r": 10, "t": 40, "b": 40}, font={"size": 13})
    body = plotly.io.to_html(figure, include_plotlyjs=False, full_html=False,
                             config={"responsive": True, "displayModeBar": False})
    return f'<div class="plot">{body}</div>'


def time_figure(comparison: dict) -> str:
    entries = timed(comparison)[::-1]
    microseconds = [1e6 * e["median_seconds"] for e in entries]
    figure = graph.Figure(graph.Bar(
        x=microseconds, y=[short_name(e) for e in entries], orientation="h",
        marker_color=[RIVAL if e["rival"] else OWN for e in entries],
        error_x={"type": "data", "array": [t * e["spread"] / 2 for t, e in zip(microseconds, entries)]},
        text=[f"{t:,.1f}" for t in microseconds], textposition="inside", insidetextanchor="start", textangle=0,
        hovertemplate="%{y}: %{x:,.2f} µs<extra></extra>"))
    slowest, fastest = max(microseconds), min(microseconds)
    # A schedule that is hundreds of times slower would leave nothing to see of the others.
    figure.update_xaxes(title="microseconds (median; bar: 10th to 90th percentile)",
                        **({"type": "log", "dtick": 1} if slowest > 30 * fastest else {}))
    figure.update_yaxes(automargin=True)
    figure.update_layout(title="Time of a call", height=120 + 36 * len(entries))
    return figure_html(figure)


def add_named_points(figure: graph.Figure, entries: list, x: list, y: list, colour: str, hover: str) -> None:
    figure.add_scatter(x=x, y=y, mode="markers+text", text=[short_name(e) for e in entries],
                       textposition="middle right", marker={"size": 9, "color": colour}, showlegend=False,
                       hovertemplate=hover)


def roofline_figure(comparison: dict) -> str:
    """Performance over the operations for each byte that memory must move at the least."""
    entries, peak = timed(comparison), comparison["peak_gflops"]
    intensity = comparison["flops"] / comparison["least_bytes"]
    bandwidth = comparison["memory_gbytes_per_second"]
    low, high = min(intensity, peak / bandwidth) / 8, max(intensity, peak / bandwidth) * 8
    figure = graph.Figure(graph.Scatter(x=[low, peak / bandwidth, high], y=[low * bandwidth, peak, peak], mode="lines",
                                        line={"color": LIMIT}, name="limit", hoverinfo="skip"))
    for kind, colour in ((False, OWN), (True, RIVAL)):
        of_kind = [e for e in entries if e["rival"] == kind]
        add_named_points(figure, of_kind, [intensity] * len(of_kind), [e["gflops"] for e in of_kind], colour,
                         "%{text}: %{y:,.1f} GFLOP/s<extra></extra>")
    figure.update_xaxes(type="log", dtick=1, title="floating-point operations a byte (every tensor moved once)")
    figure.update_yaxes(type="log", dtick=1, title="GFLOP/s")
    figure.update_layout(title="Roofline (Williams, Waterman and Patterson, 2009)", height=420, showlegend=False)
    return figure_html(figure)


def prediction_figure(comparison: dict) -> str:
    """Measured over predicted times: what lies on the line was understood."""
    entries = [e for e in timed(comparison) if "predicted_seconds" in e]
    predicted, measured = ([1e6 * e[key] for e in entries] for key in ("predicted_seconds", "median_seconds"))
    ends = [min(predicted + measured) / 2, max(predicted + measured) * 2]
    figure = graph.Figure(graph.Scatter(x=ends, y=ends, mode="lines", line={"color": LIMIT}, hoverinfo="skip"))
    add_named_points(figure, entries, predicted, measured, OWN,
                     "%{text}: predicted %{x:,.1f} µs, measured %{y:,.1f} µs<extra></extra>")
    figure.update_xaxes(type="log", dtick=1, title="predicted, microseconds")
    figure.update_yaxes(type="log", dtick=1, title="measured, microseconds")
    figure.update_layout(title="Predicted and measured times", height=420, showlegend=False)
    return figure_html(figure)


def traffic_figure(comparison: dict) -> str:
    """Bytes between the levels of the memory, beside the least that memory must move."""
    entries = [e for e in timed(comparison) if "predicted_bytes_beyond" in e]
    figure = graph.Figure()
    for level, colour in zip(entries[0]["predicted_bytes_beyond"], (OWN, "#7fa8d6", "#c9dbef")):
        figure.add_bar(name=f"beyond {level}", marker_color=colour, x=[short_name(e) for e in entries],
                       y=[e["predicted_bytes_beyond"][level] / 1e6 for e in entries],
                       hovertemplate="%{x}: %{y:,.2f} MB<extra></extra>")
    figure.add_hline(y=comparison["least_bytes"] / 1e6, line={"color": LIMIT, "dash": "dash"},
                     annotation_text="every tensor once", annotation_position="top left")
    figure.update_yaxes(title="megabytes a call, predicted")
    figure.update_layout(title="Traffic", height=380, barmode="group", legend={"orientation": "h", "y": -0.15})
    return figure_html(figure)


def simulated_traffic_figure(comparison: dict) -> str:
    """Bytes that missed in a cache: as the cost model predicts them, and as cachegrind simulates the same kernel."""
    entries = [e for e in timed(comparison) if "traffic" in e]
    figure = graph.Figure()
    series = [("first", "predicted", "L1, predicted", OWN), ("first", "simulated", "L1, simulated", "#b5651d"),
              ("last", "predicted", "last level, predicted", "#7fa8d6"),
              ("last", "simulated", "last level, simulated", "#e0b080")]
    for level, kind, label, colour in series:
        figure.add_bar(name=label, marker_color=colour, x=[short_name(e) for e in entries],
                       y=[e["traffic"][kind][level] * e["traffic"]["line"] / 1e6 for e in entries],
                       hovertemplate=f"%{{x}}: {label} %{{y:,.2f}} MB<extra></extra>")
    figure.update_yaxes(title="megabytes a call that miss")
    traffic = entries[0]["traffic"]
    figure.update_layout(title=f"Predicted traffic and cachegrind's, for AVX2 (L1 {traffic['first_level']}, last level "
                               f"{traffic['last_level']})",
                         height=400, barmode="group", legend={"orientation": "h", "y": -0.15})
    return figure_html(figure)


def table_row(entry: dict) -> str:
    name = html.escape(short_name(entry))
    kind = ' class="rival"' if entry["rival"] else ""
    if "median_seconds" not in entry:
        return f'<tr{kind}><td>{name}</td><td class="reason" colspan="6">{html.escape(entry["reason"])}</td></tr>'
    ratio = f'{entry["ratio_to_best_rival"]:.2f}×' if "ratio_to_best_rival" in entry else ""
    error = ("" if entry["rival"] else
             f'{entry["largest_error"]:.1e} ({100 * entry["largest_error_of_allowed"]:.0f} %)')
    return (f'<tr{kind}><td>{name}</td><td>{1e6 * entry["median_seconds"]:,.2f}</td><td>{100 * entry["spread"]:.1f}</td>'
            f'<td>{entry["gflops"]:,.1f}</td><td>{entry["percentage_of_peak"]:.1f}</td><td>{ratio}</td>'
            f'<td>{error}</td></tr>')


def table(comparison: dict) -> str:
    without = [e for e in comparison["entries"] if "median_seconds" not in e]
    rows = "\n".join(table_row(e) for e in timed(comparison) + without)
    return ('<div class="scroll"><table><tr><th></th><th>µs</th><th>spread, %</th><th>GFLOP/s</th><th>% of peak</th>'
            f'<th>to best rival</th><th>error (of allowed)</th></tr>\n{rows}</table></div>')


def loop_nests(comparison: dict) -> str:
    nests = (e for e in timed(comparison) if e.get("loop_nest"))
    return "\n".join(f'<details><summary>Loops of {html.escape(short_name(e))}</summary>'
                     f'<pre>{html.escape(e["loop_nest"])}</pre></details>' for e in nests)


def section(comparison: dict) -> str:
    where = f' of {html.escape(comparison["where"])}' if comparison["where"] else ""
    parts = [f'<h2>{html.escape(comparison["op"])}{where}, batch {comparison["batch"]}</h2>',
             f'<p class="shape">{html.escape(comparison["shape"])}</p>', table(comparison)]
    if timed(comparison):
        parts.append(time_figure(comparison))
        if comparison["flops"] > 0:
            parts.append(roofline_figure(comparison))
    if any("predicted_seconds" in e for e in timed(comparison)):
        parts += [prediction_figure(comparison), traffic_figure(comparison)]
    if any("traffic" in e for e in timed(comparison)):
        parts.append(simulated_traffic_figure(comparison))
    return "\n".join([*parts, loop_nests(comparison)])


def page_of(result: dict) -> str:
    sections = "\n".join(section(c) for c in result["comparisons"])
    machine = result["machine"]
    title = "Nestwright: " + ", ".join(sorted({c["op"] for c in result["comparisons"]}))
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title><style>{STYLE}</style><script>{plotly.offline.get_plotlyjs()}</script></head>
<body><h1>{html.escape(title)}</h1>
<p>{html.escape(machine["cpu"])}, {machine["threads"]} thread, measured multiply-add peak
{result["comparisons"][0]["peak_gflops"]:.0f} GFLOP/s. Schedules in blue were compared with float64 loops before they
were timed; rivals are orange.</p>
{sections}
</body></html>
"""


def main(arguments: list) -> int:
    if len(arguments) != 2:
        print("usage: compare_page.py RESULT.json PAGE.html", file=sys.stderr)
        return 1
    source, page = arguments
    try:
        result = read_json(source)
        try:
            text = page_of(result)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise LauncherError(f"{source} is not what `nestwright compare --json` writes ({error!r})") from None
        write_file(page, text)
    except LauncherError as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
