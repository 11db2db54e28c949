// The style sheet of the review page. Colours are variables, so that one block defines the dark theme; it loads no
// external font, picture or script.

enum ReviewStyle {
    static let css = """

        :root { color-scheme: light dark;
          --paper: #f6f7f9; --card: #ffffff; --ink: #16191f; --soft: #667085; --line: #e2e5eb; --accent: #4f5bd5;
          --pass: #0f7b4d; --pass-bg: #e2f5ec; --warn: #8a5a00; --warn-bg: #fdf0d2; --fail: #b3261e; --fail-bg: \
        #fde7e5; --none: #475467; --none-bg: #eaecf0;
          --t0: #b9c6ff; --t1: #ffd0b8; --t2: #bfe8d4; --t3: #f5c6e0; --t4: #f3e2a0; --t5: #c9d4e2; --cue: #e6e8ee; }
        @media (prefers-color-scheme: dark) { :root {
          --paper: #101319; --card: #181c24; --ink: #e8eaf0; --soft: #98a2b3; --line: #2a303c; --accent: #98a2ff;
          --pass: #6fdcae; --pass-bg: #12352a; --warn: #f2c66d; --warn-bg: #3a2e12; --fail: #ff9b94; --fail-bg: \
        #451b1a; --none: #b7bfcc; --none-bg: #2a303c;
          --t0: #3a478f; --t1: #7a4a2e; --t2: #2b5c48; --t3: #6b3a58; --t4: #5f5424; --t5: #3d4858; --cue: #2c323e; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 Inter, system-ui, \
        -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
        main { max-width: 1180px; margin: 0 auto; padding: 32px 24px 64px; }
        header, section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 20px \
        24px; margin-bottom: 16px; }
        .title { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; justify-content: space-between; }
        h1 { font-size: 26px; line-height: 1.25; margin: 0; letter-spacing: -.01em; overflow-wrap: anywhere; }
        h2 { font-size: 16px; margin: 0 0 14px; } h3 { font-size: 14px; font-weight: 600; margin: 18px 0 10px; }
        .found { margin: 10px 0 0; padding-left: 18px; font-size: 14px; }
        .count { color: var(--soft); font-weight: 400; margin-left: 4px; }
        code { font: 13px/1.4 ui-monospace, "SF Mono", "DejaVu Sans Mono", Menlo, monospace; overflow-wrap: anywhere; }
        time { font-variant-numeric: tabular-nums; color: var(--soft); white-space: nowrap; }
        .pill { display: inline-block; padding: 1px 9px; border-radius: 99px; font-size: 12.5px; font-weight: 600; \
        white-space: nowrap; }
        .pill.large { font-size: 15px; padding: 5px 14px; }
        .pill.pass { color: var(--pass); background: var(--pass-bg); } .pill.warn { color: var(--warn); background: \
        var(--warn-bg); }
        .pill.fail { color: var(--fail); background: var(--fail-bg); } .pill.notrun { color: var(--none); background: \
        var(--none-bg); }
        .facts { display: flex; flex-wrap: wrap; gap: 12px 32px; margin: 16px 0 0; }
        .facts .wide { flex-basis: 100%; }
        dt { color: var(--soft); font-size: 12.5px; } dd { margin: 0; font-variant-numeric: tabular-nums; }
        .stands { margin: 16px 0 0; padding: 14px 0 0; border-top: 1px solid var(--line); list-style: none; }
        .stands li { padding: 3px 0; }
        .strip { overflow-x: auto; } .strip > svg { display: block; width: 100%; min-width: 720px; height: auto; }
        svg text { font-size: 12px; fill: var(--ink); } svg .lane, svg .time, svg .scale { fill: var(--soft); \
        font-size: 11.5px; }
        svg .time { text-anchor: middle; } svg .scale { text-anchor: end; }
        svg .tick, svg .grid { stroke: var(--line); stroke-width: 1; }
        .tone0 { fill: var(--t0); } .tone1 { fill: var(--t1); } .tone2 { fill: var(--t2); } .tone3 { fill: var(--t3); \
        } .tone4 { fill: var(--t4); } .tone5 { fill: var(--t5); }
        .cue { fill: var(--cue); } .segment { opacity: .75; }
        .area { fill: var(--accent); opacity: .14; } .curve { fill: none; stroke: var(--accent); stroke-width: 1.8; \
        stroke-linejoin: round; }
        .wide img { margin-top: 10px; } line.limit { stroke: var(--fail); stroke-dasharray: 5 4; } text.limit { fill: \
        var(--fail); text-anchor: end; font-size: 11.5px; }
        figure.wide { margin: 0 0 22px; } figure.wide:last-child { margin-bottom: 0; }
        line.target { stroke: var(--pass); stroke-dasharray: 5 4; } text.target { fill: var(--pass); text-anchor: \
        end; font-size: 11.5px; }
        .finding { opacity: .25; } .finding.fail { fill: var(--fail); } .finding.warn { fill: var(--warn); }
        .posters { display: grid; grid-template-columns: repeat(auto-fill, minmax(250px, 1fr)); gap: 18px 16px; }
        .posters.tall { grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); }
        figure { margin: 0; } img, .blank { display: block; width: 100%; height: auto; border-radius: 8px; border: \
        1px solid var(--line); }
        .blank { display: grid; place-items: center; color: var(--soft); }
        figcaption { margin-top: 6px; font-size: 14px; } q { quotes: none; }
        .scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 14px; }
        th { text-align: left; color: var(--soft); font-weight: 500; font-size: 12.5px; } th, td { padding: 7px 14px \
        7px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        tbody tr:last-child td { border-bottom: 0; } .number { font-variant-numeric: tabular-nums; white-space: \
        nowrap; }
        small { color: var(--soft); white-space: nowrap; } .hint { margin: 2px 0 0; color: var(--soft); font-size: \
        13px; }
        td:first-child code { overflow-wrap: normal; white-space: nowrap; }
        details { margin-top: 14px; } summary { cursor: pointer; color: var(--accent); } details table { margin-top: \
        10px; }
        @media print { body { background: none; } header, section { border: 0; padding: 8px 0; break-inside: \
        avoid-page; } }

        """
}
