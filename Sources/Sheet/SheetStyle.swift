// The style sheet of the review sheet. Colours are variables, so that one block defines the dark theme; it loads no
// external font, picture or script.

enum SheetStyle {
    static let css = #"""

        :root { color-scheme: light dark;
          --paper: #f4f5f7; --card: #ffffff; --ink: #16191f; --soft: #566072; --line: #dfe3ea; --accent: #4049c0;
          --pass: #0b6b43; --pass-bg: #dff3e9; --warn: #7a4f00; --warn-bg: #fcedc9; --fail: #a81f18;
          --fail-bg: #fde4e1;
          --none: #475467; --none-bg: #eaecf0; --code-bg: #f1f3f6;
          --t0: #b9c6ff; --t1: #ffd0b8; --t2: #bfe8d4; --t3: #f5c6e0; --t4: #f3e2a0; --t5: #c9d4e2; --cue: #e6e8ee; }
        @media (prefers-color-scheme: dark) { :root {
          --paper: #0e1116; --card: #171b22; --ink: #e8eaf0; --soft: #a3adbd; --line: #2c333f; --accent: #a5adff;
          --pass: #74dfb2; --pass-bg: #10332a; --warn: #f2c66d; --warn-bg: #392d11; --fail: #ff9d96;
          --fail-bg: #431a19;
          --none: #b7bfcc; --none-bg: #2a303c; --code-bg: #10141a;
          --t0: #3a478f; --t1: #7a4a2e; --t2: #2b5c48; --t3: #6b3a58; --t4: #5f5424; --t5: #3d4858; --cue: #2c323e;
          } }

        * { box-sizing: border-box; }
        html { scroll-padding-top: 16px; }
        body { margin: 0 auto; max-width: 1520px; padding: 20px 24px 48px; background: var(--paper);
          color: var(--ink);
          font: 15px/1.5 Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
        p { margin: 0 0 8px; } b { font-weight: 600; } small { color: var(--soft); font-size: 13px; }
        a { color: var(--accent); } q { quotes: "“" "”"; }
        code { font: 13px/1.45 ui-monospace, "SF Mono", "DejaVu Sans Mono", Menlo, monospace;
          overflow-wrap: anywhere; }
        kbd { font: 600 12px/1 ui-monospace, "DejaVu Sans Mono", monospace; border: 1px solid var(--line);
          border-radius: 4px; padding: 2px 5px; background: var(--code-bg); }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
        .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
          white-space: nowrap; }
        .skip { position: absolute; left: -999px; top: 8px; z-index: 9; padding: 8px 14px; border-radius: 8px;
          background: var(--card); } .skip:focus { left: 8px; }

        .top { display: flex; gap: 8px 24px; align-items: center; flex-wrap: wrap; padding: 18px 24px;
          margin-bottom: 16px;
          border-radius: 12px; border: 1px solid var(--line); border-left: 8px solid var(--none);
          background: var(--card); }
        .top.pass { border-left-color: var(--pass); } .top.warn { border-left-color: var(--warn); }
        .top.fail { border-left-color: var(--fail); }
        .top > div { flex: 1 1 320px; min-width: 0; }
        .verdict { margin: 0; font-size: 30px; line-height: 1.1; font-weight: 750; letter-spacing: .01em;
          white-space: nowrap; }
        .top.pass .verdict { color: var(--pass); } .top.warn .verdict { color: var(--warn); }
        .top.fail .verdict { color: var(--fail); }
        h1 { font-size: 20px; line-height: 1.3; margin: 0; overflow-wrap: anywhere; }
        .lead { margin: 2px 0 0; font-size: 16px; overflow-wrap: anywhere; }

        .page { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 7fr); gap: 16px; align-items: start; }
        .tall .page { grid-template-columns: 320px minmax(0, 1fr); }
        .side { position: sticky; top: 16px; display: grid; gap: 16px; }
        .player, nav, section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
        .player { padding: 12px; } video { display: block; width: 100%; max-height: 62vh; background: #000;
          border-radius: 6px; }
        .now { display: flex; justify-content: space-between; align-items: center; gap: 8px; margin: 8px 0 0;
          font-variant-numeric: tabular-nums; color: var(--soft); font-size: 14px; }
        #said { margin: 4px 0 0; font-size: 14px; } #said:empty { display: none; }
        nav { padding: 12px 18px; } nav ul { list-style: none; margin: 0; padding: 0; }
        nav li { display: flex; justify-content: space-between; gap: 16px; padding: 3px 0; font-size: 14px; }
        nav span { color: var(--soft); text-align: right; }
        main { min-width: 0; } main > section { padding: 18px 24px 20px; margin-bottom: 16px; }
        h2 { font-size: 18px; line-height: 1.3; margin: 0 0 12px; }
        h3 { font-size: 15px; font-weight: 600; margin: 20px 0 8px; }
        h2 + h3 { margin-top: 0; } .count { color: var(--soft); font-weight: 400; margin-left: 4px; }

        button { font: inherit; color: inherit; cursor: pointer; }
        .time { font-size: 13.5px; font-variant-numeric: tabular-nums; white-space: nowrap; color: var(--accent);
          padding: 1px 8px;
          border: 1px solid var(--line); border-radius: 6px; background: var(--card); min-height: 26px; }
        .time:hover { border-color: var(--accent); } .time span { font-size: 10px; }
        .copy, #keys, dialog button { padding: 3px 12px; min-height: 28px; border: 1px solid var(--line);
          border-radius: 6px;
          background: var(--card); font-size: 14px; white-space: nowrap; }
        .copy:hover, #keys:hover, dialog button:hover { border-color: var(--accent); }
        .pill { display: inline-block; padding: 1px 9px; border-radius: 99px; font-size: 13px; font-weight: 600;
          white-space: nowrap; }
        .pill.large { font-size: 15px; padding: 4px 14px; white-space: normal; border-radius: 16px; }
        .pill.pass { color: var(--pass); background: var(--pass-bg); }
        .pill.warn { color: var(--warn); background: var(--warn-bg); }
        .pill.fail { color: var(--fail); background: var(--fail-bg); }
        .pill.idle, .pill.off { color: var(--none); background: var(--none-bg); }

        .reasons { margin: 0; padding: 0; list-style-position: inside; }
        .reasons > li { padding: 12px 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
        .reasons > li::marker { color: var(--soft); font-variant-numeric: tabular-nums; }
        .reasons > li > p:first-child { display: inline; } .reasons > li > * + p { margin-top: 6px; }
        .hint { margin: 4px 0 0; color: var(--soft); font-size: 14px; overflow-wrap: anywhere; }
        .command { display: flex; flex-wrap: wrap; gap: 2px 8px; align-items: flex-start;
          justify-content: space-between; margin: 8px 0;
          padding: 6px 6px 6px 12px; border-radius: 8px; background: var(--code-bg); border: 1px solid var(--line); }
        .command code { padding: 4px 0; min-width: 0; flex: 1 1 400px; } .option { white-space: nowrap; }
        .command > span { display: flex; flex-wrap: wrap; gap: 6px;
          justify-content: flex-end; flex: none; } .command b { color: var(--accent); font-weight: 700; }
        .fields { display: flex; flex-wrap: wrap; gap: 8px 16px; margin: 0 0 12px; padding: 10px 12px 12px;
          border: 1px solid var(--line); border-radius: 8px; }
        .fields p { flex-basis: 100%; margin: 0; color: var(--soft); font-size: 14px; }
        .fields label { flex: 1 1 200px; font-size: 14px; } .fields label + label { flex-grow: 2; }
        input { display: block; width: 100%; margin-top: 4px; padding: 6px 10px; font: inherit; color: inherit;
          background: var(--card); border: 1px solid var(--soft); border-radius: 6px; }
        [data-finding]:focus { outline: 3px solid var(--accent); outline-offset: 4px; border-radius: 4px; }

        ul.claims, .found { list-style: none; margin: 0; padding: 0; }
        .claims > li { padding: 10px 0; border-top: 1px solid var(--line); }
        .found li { padding: 4px 0; overflow-wrap: anywhere; }
        .claim { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; }
        .claim p { margin: 0; overflow-wrap: anywhere; }
        .claim > p:first-of-type { flex: 1 1 240px; min-width: 0; } .claim code { color: var(--soft); }
        details { margin: 6px 0 0; } summary { cursor: pointer; color: var(--accent); font-size: 14px;
          line-height: 26px;
          width: fit-content; }

        table { border-collapse: collapse; width: 100%; font-size: 14px; margin: 4px 0 12px; }
        th { text-align: left; color: var(--soft); font-weight: 500; font-size: 13px; white-space: nowrap; }
        th, td { padding: 7px 14px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top;
          overflow-wrap: anywhere; }
        th:last-child, td:last-child { padding-right: 0; } td { font-variant-numeric: tabular-nums; }
        td p { margin: 0; }
        tbody tr:last-child td { border-bottom: 0; }

        .strip { overflow-x: auto; } .strip > svg { display: block; width: 100%; min-width: 640px; height: auto;
          cursor: pointer; }
        svg text { font-size: 12px; fill: var(--ink); } svg .lane, svg .time, svg .scale { fill: var(--soft);
          font-size: 11.5px; }
        svg .time { text-anchor: middle; } svg .scale { text-anchor: end; }
        svg .tick, svg .grid { stroke: var(--line); stroke-width: 1; }
        .head { stroke: var(--fail); stroke-width: 1.5; }
        .tone0 { fill: var(--t0); } .tone1 { fill: var(--t1); } .tone2 { fill: var(--t2); }
        .tone3 { fill: var(--t3); }
        .tone4 { fill: var(--t4); } .tone5 { fill: var(--t5); } .cue { fill: var(--cue); } .segment { opacity: .75; }
        .area { fill: var(--accent); opacity: .14; }
        .curve { fill: none; stroke: var(--accent); stroke-width: 1.8; stroke-linejoin: round; }
        line.limit { stroke: var(--fail); stroke-dasharray: 5 4; }
        text.limit { fill: var(--fail); text-anchor: end; font-size: 11.5px; }
        line.target { stroke: var(--pass); stroke-dasharray: 5 4; }
        text.target { fill: var(--pass); text-anchor: end; font-size: 11.5px; }
        .mark { opacity: .25; } .mark.fail { fill: var(--fail); } .mark.warn { fill: var(--warn); }

        .posters { display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: 18px 16px; }
        .posters.small, .tall .posters { grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); }
        figure { margin: 0; min-width: 0; } figure.wide { margin-bottom: 20px; }
        img, .blank { display: block; width: 100%; height: auto; border-radius: 8px; border: 1px solid var(--line); }
        .blank { display: grid; place-items: center; margin: 0; padding: 12px; text-align: center;
          color: var(--soft); }
        figcaption { margin-top: 6px; font-size: 14px; overflow-wrap: anywhere; } figcaption p { margin: 0 0 4px; }
        .facts { display: flex; flex-wrap: wrap; gap: 12px 32px; margin: 0; } .facts > div { min-width: 0; }
        .facts dd { overflow-wrap: anywhere; }
        dt { color: var(--soft); font-size: 13px; } dd { margin: 0; font-variant-numeric: tabular-nums; }
        dialog { color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 12px;
          padding: 20px 24px;
          width: min(380px, 92vw); } dialog::backdrop { background: #0008; }
        dialog dl { margin: 0 0 16px; } dialog dl div { display: grid; grid-template-columns: 90px 1fr;
          padding: 4px 0; }
        dialog dd { font-size: 15px; }
        footer { padding: 8px 24px; color: var(--soft); font-size: 14px; overflow-wrap: anywhere; }

        @media (max-width: 900px) {
          html { scroll-padding-top: calc(36vh + 16px); }
          body { padding: 8px 8px 32px; } .top { padding: 14px 16px; margin-bottom: 8px; }
        .verdict { font-size: 26px; }
          .page, .tall .page { display: block; } .side { display: contents; }
          .player { position: sticky; top: 0; z-index: 2; padding: 6px; margin-bottom: 8px; }
        video { max-height: 30vh; }
          .now { margin: 4px 4px 0; } nav { margin-bottom: 8px; }
          nav ul { display: flex; flex-wrap: wrap; gap: 0 16px; }
        main > section { padding: 14px 16px 16px; margin-bottom: 8px; }
          .posters { grid-template-columns: 1fr;
          } .posters.small, .tall .posters { grid-template-columns: repeat(2, minmax(0, 1fr)); }
        }
        @media (max-width: 640px) {
          thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          table, tbody, tr { display: block; } tr { padding: 8px 0; border-bottom: 1px solid var(--line); }
          tbody tr:last-child { border-bottom: 0; } td { display: grid; grid-template-columns: 96px minmax(0, 1fr);
          gap: 8px;
            padding: 2px 0; border: 0; } td::before { content: attr(data-label); color: var(--soft);
          font-size: 13px; }
          .claim > p:first-of-type { order: 1; flex-basis: 100%; } .command code { flex-basis: 100%; }
          .command > span { flex: 1; }
          .command .copy { flex: 1; } nav span { display: none; } .verdict { white-space: normal; }
          .copy, .time, summary { min-height: 32px; } #keys { display: none; }
        }
        @media print {
          body { background: none; padding: 0; max-width: none; }
        .side, .skip, .copy, .fields, #help, .time span { display: none; }
          .page, .tall .page { display: block; } .top, main > section { border-width: 0 0 1px; border-radius: 0;
          padding: 8px 0; }
          .time { border: 0; padding: 0; color: inherit; } li, figure, tr { break-inside: avoid; }
          .pill { border: 1px solid currentcolor; }
        }
        @media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }

        """#
}
