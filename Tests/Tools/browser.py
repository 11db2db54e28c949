#!/usr/bin/env python3
"""Opens a page of vgraph in headless Chromium, wide and as on a phone, light and dark; a review sheet is used as a person does: by mouse and by keyboard.
Usage: browser.py PAGE [SCREENSHOTS]. Prints each fault, then what it looked at; exit 1 when there is a fault.
SCREENSHOTS: a folder for pictures of the page. VGRAPH_AXE: the path of an axe.min.js, which then looks too.

It speaks the DevTools protocol over the browser's pipe and needs nothing but Debian's chromium and this Python."""
import base64, fcntl, json, os, pathlib, select, shutil, subprocess, sys, tempfile, time

VIEWS = [("wide light", 1440, 900, "light"), ("wide dark", 1440, 900, "dark"), ("phone light", 390, 844, "light"), ("phone dark", 390, 844, "dark")]


class Browser:
    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="chromium-")
        # High numbers first: 3 and 4, which the browser reads and writes, may be among those of the pipes.
        pipes = [fcntl.fcntl(end, fcntl.F_DUPFD, 20) for end in os.pipe() + os.pipe()]
        reads, self.out, self.into, writes = pipes

        def hand_over():
            os.dup2(reads, 3)
            os.dup2(writes, 4)

        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        self.process = subprocess.Popen(
            ["chromium", "--headless=new", *root, "--remote-debugging-pipe", f"--user-data-dir={self.profile}", "--disable-gpu",
             "--disable-dev-shm-usage", "--disable-extensions", "--disable-background-networking", "--no-first-run", "--mute-audio",
             "--hide-scrollbars", "about:blank"],
            preexec_fn=hand_over, pass_fds=(3, 4), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(reads)
        os.close(writes)
        self.buffer, self.number, self.events, self.session = b"", 0, [], None
        target = self("Target.createTarget", url="about:blank")["targetId"]
        self.session = self("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Network", "Log", "Accessibility"]: self(domain + ".enable")

    def __call__(self, method, **parameters):
        self.number += 1
        number, message = self.number, {"id": self.number, "method": method, "params": parameters}
        if self.session: message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.next(30)
            if answer is None: raise TimeoutError(method)
            if answer.get("id") == number:
                if "error" in answer: raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def next(self, seconds):
        end = time.monotonic() + seconds
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.into], [], [], max(0, end - time.monotonic()))
            if not ready: return None
            data = os.read(self.into, 1 << 20)
            if not data: raise RuntimeError("the browser ended")
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def js(self, text):
        answer = self("Runtime.evaluate", expression=text, returnByValue=True, awaitPromise=True, userGesture=True)
        if "exceptionDetails" in answer: raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", text))
        return answer["result"].get("value")

    def until(self, text, seconds=10):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.js(text): return True
            time.sleep(0.03)
        return False

    def press(self, key, text=None, code=0):
        self("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, **({"text": text} if text else {}))
        self("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def click(self, x, y):
        for kind in ["mousePressed", "mouseReleased"]:
            self("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def shot(self, path, whole):
        box = {"captureBeyondViewport": True} if whole else {}
        data = self("Page.captureScreenshot", format="png", **box)["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))

    def close(self):
        try:
            self.session = None
            self("Browser.close")
        except Exception:
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


# Rules after WCAG 2.2 that a page of this kind can break. Each gives the elements that break it.
RULES = r"""(() => {
  const faults = [], all = rule => [...document.querySelectorAll(rule)];
  const seen = e => e.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && !e.closest("dialog:not([open])");
  const words = e => e.outerHTML.slice(0, 120);
  const fault = (rule, e) => faults.push(rule + ": " + (typeof e === "string" ? e : words(e)));
  if (!document.documentElement.lang) fault("the page has a language", "html");
  if (!document.title.trim()) fault("the page has a title", "title");
  if (/user-scalable=no|maximum-scale/.test(document.querySelector("meta[name=viewport]").content)) fault("the page can be zoomed", "viewport");
  let level = 0;
  for (const e of all("h1,h2,h3,h4,h5,h6").filter(seen)) {
    if (+e.tagName[1] > level + 1) fault("headings follow each other", e);
    if (!e.textContent.trim()) fault("a heading has words", e);
    level = +e.tagName[1];
  }
  if (all("h1").length !== 1) fault("there is one h1", String(all("h1").length));
  if (all("main").length !== 1) fault("there is one main", String(all("main").length));
  for (const e of document.body.children)
    if (seen(e) && !e.matches("header,main,footer,nav,dialog,script,.skip") && !e.matches(".page")) fault("all is in a landmark", e);
  for (const e of all(".side > *, nav")) if (!e.getAttribute("aria-label")) fault("a landmark has a name", e);
  const names = all("nav,section,[role=region]").map(e => e.getAttribute("aria-label") || document.getElementById(e.getAttribute("aria-labelledby"))?.textContent.trim());
  for (const name of names.filter((name, i) => !name || names.indexOf(name) !== i)) fault("each landmark has a name of its own", String(name));
  for (const e of all("img")) if (!e.hasAttribute("alt")) fault("a picture has words", e);
  const ids = all("[id]").map(e => e.id);
  for (const id of ids.filter((id, i) => ids.indexOf(id) !== i)) fault("an id is there once", id);
  for (const name of ["aria-labelledby", "aria-describedby", "aria-controls"])
    for (const e of all(`[${name}]`)) for (const id of e.getAttribute(name).split(" ")) if (!document.getElementById(id)) fault(name + " names an element", e);
  for (const e of all("a[href^='#']")) if (!document.getElementById(e.getAttribute("href").slice(1))) fault("a link leads to a place of the page", e);
  for (const e of all("input,select,textarea")) if (!e.labels.length && !e.getAttribute("aria-label")) fault("a field has a label", e);
  for (const e of all("table")) {
    if (!e.caption) fault("a table has a caption", e);
    if (![...e.tHead.rows[0].cells].every(cell => cell.scope === "col")) fault("a table's head has a scope", e);
    for (const row of e.tBodies[0].rows) if (row.cells.length !== e.tHead.rows[0].cells.length) fault("a row has a cell a column", row);
  }
  for (const e of all("ul,ol")) for (const child of e.children) if (child.tagName !== "LI") fault("a list has items alone", child);
  for (const e of all("dl > div")) if (!(e.children[0].tagName === "DT" && e.children[1].tagName === "DD")) fault("a term has its words", e);
  for (const e of all("[tabindex]")) if (e.tabIndex > 0) fault("the order of focus is the page's", e);
  for (const e of all("button,a,summary,input")) if (e.parentElement.closest("button,a,summary")) fault("no control is in another", e);
  for (const e of all("[aria-hidden=true]")) if (e.matches("button,a,input") || e.querySelector("button,a,input")) fault("what is hidden has no focus", e);
  if (document.querySelector("script") && !document.querySelector("[role=status]")) fault("news is announced", "no role=status");
  for (const e of all("*")) {
    const style = getComputedStyle(e);
    if (seen(e) && /auto|scroll/.test(style.overflowX + style.overflowY) && e !== document.documentElement &&
      (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1) && e.tabIndex < 0) fault("what scrolls can have focus", e);
  }
  for (const e of all("button,summary,input,.skip").filter(seen)) {
    const box = e.getBoundingClientRect();
    if (box.width && (box.width < 24 || box.height < 24)) fault("a target is 24 px wide and high, not " + box.width.toFixed(0) + "x" + box.height.toFixed(0), e);
  }
  // Every status has a sign and a word beside its colour.
  for (const e of all(".pill,.verdict")) {
    const sign = e.querySelector("[aria-hidden=true]"), word = e.textContent.replace(sign ? sign.textContent : "", "").trim();
    if (!sign || !sign.textContent.trim() || !/\p{L}{2}/u.test(word)) fault("a status has a sign and a word", e);
  }
  // Contrast, as computed.
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = color => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); const d = canvas.getImageData(0, 0, 1, 1).data; return [d[0], d[1], d[2], d[3] / 255]; };
  const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const light = c => { const [r, g, b] = c.slice(0, 3).map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = e => {
    const layers = [];
    for (let at = e; at; at = at.parentElement) {
      if (at.tagName === "svg" && at.parentElement.tagName === "svg") { const rect = at.querySelector("rect"); if (rect && rect !== e) layers.push(rgba(getComputedStyle(rect).fill)); }
      layers.push(rgba(getComputedStyle(at).backgroundColor));
    }
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]);
  };
  let least = 99, looked = 0;
  for (const node = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); node.nextNode();) {
    const text = node.currentNode, e = text.parentElement;
    if (!text.data.trim() || !seen(e) || e.closest("script,style,.unseen,title,.skip") || !e.getClientRects().length) continue;
    const style = getComputedStyle(e), color = e.ownerSVGElement ? style.fill : style.color, back = ground(e), front = over(rgba(color), back);
    const [a, b] = [light(front), light(back)].sort((x, y) => x - y), ratio = (b + 0.05) / (a + 0.05);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    looked++; least = Math.min(least, ratio);
    if (ratio < (large ? 3 : 4.5)) fault("contrast of " + ratio.toFixed(2), e);
  }
  return { faults, looked, least: least.toFixed(2), pills: all(".pill").length, times: all(".time").length, findings: all("[data-finding]").length };
})()"""


def use(browser, rules, check):
    # By mouse: the film plays from a finding's time.
    spot = browser.js("""(() => { const e = document.querySelector("[data-finding] .time"); e.scrollIntoView({ block: "center" });
        const box = e.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2, +e.dataset.t]; })()""")
    browser.click(spot[0], spot[1])
    check(browser.until("!film.paused && film.currentTime >= %f && film.currentTime < %f" % (spot[2], spot[2] + 1)), f"a click does not play from {spot[2]} s")
    start = browser.js("film.currentTime")
    check(browser.until("film.currentTime > %f" % (start + 0.15)), "the film does not go on")
    check(browser.js("(() => { const box = film.getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight; })()"), "the film is out of sight while it plays")
    # Every time of the page.
    missed = browser.js("""(() => { const missed = [], end = film.dataset.seconds; film.pause();
        for (const e of document.querySelectorAll(".time[data-t]")) { e.click(); if (Math.abs(film.currentTime - Math.min(e.dataset.t, end)) > 0.1) missed.push(e.dataset.t); }
        film.pause(); return missed; })()""")
    check(not missed, f"times that the film does not jump to: {missed}")
    # The timeline, where it is clicked.
    spot = browser.js("""(() => { const e = document.querySelector(".strip"), svg = e.querySelector("svg"); e.scrollIntoView({ block: "center" });
        const box = svg.getBoundingClientRect(); return [box.x + box.width * 0.3, box.y + 30]; })()""")
    browser.js("film.currentTime = 0")
    browser.click(*spot)
    check(browser.until("film.currentTime > 0.2"), "a click on the timeline does nothing")

    # By keyboard.
    browser.js("film.pause(); scrollTo(0, 0); document.activeElement.blur(); 0")
    browser("Page.reload")
    browser.until("document.readyState === 'complete' && film.readyState >= 2")
    browser.press("Tab", code=9)
    check(browser.js("document.activeElement.className") == "skip", "the first stop of the tabulator is not the link to the decision")
    check(browser.js("document.activeElement.getBoundingClientRect().x") >= 0, "the link to the decision is not seen when it has focus")
    unseen = []
    for _ in range(12):
        browser.press("Tab", code=9)
        if browser.js("(() => { const e = document.activeElement, s = getComputedStyle(e); return e.tagName !== 'VIDEO' && e.tagName !== 'BODY' && (s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2); })()"):
            unseen.append(browser.js("document.activeElement.outerHTML.slice(0, 80)"))
    check(not unseen, f"focus is not seen: {unseen}")
    browser.js("document.activeElement.blur(); 0")
    count = rules["findings"]
    browser.press("j", "j")
    check(browser.js("!!document.activeElement.closest('[data-finding]')"), "j does not go to a finding")
    for _ in range(count - 1):
        if browser.js("document.activeElement.matches('.time')"): break
        browser.press("j", "j")
    wanted = browser.js("+document.activeElement.dataset.t")
    check(browser.js("film.paused") and abs(browser.js("film.currentTime") - wanted) < 0.1, f"j does not show the picture at {wanted} s")
    browser.press("Enter", "\r", 13)
    check(browser.until("!film.paused && film.currentTime >= %f" % wanted), "Enter does not play")
    browser.press("Enter", "\r", 13)
    check(browser.until("film.paused"), "Enter does not pause")
    browser.js("document.activeElement.blur(); 0")
    browser.press(" ", " ", 32)
    check(browser.until("!film.paused"), "Space does not play")
    browser.press(" ", " ", 32)
    check(browser.until("film.paused"), "Space does not pause")
    before = browser.js("film.currentTime")
    browser.press(".", ".")
    check(abs(browser.js("film.currentTime") - before - 1 / browser.js("+film.dataset.fps")) < 0.01, "the full stop is not one frame")
    browser.press("?", "?")
    check(browser.js("help.open"), "? does not show the keys")
    browser.press("Escape", code=27)
    check(not browser.js("help.open"), "Escape does not close the keys")

    # Commands are copied, with what was typed.
    browser("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    browser("Page.bringToFront")
    if browser.js("!!document.querySelector('.fields')"):
        browser.js("by.focus(); 0")
        browser("Input.insertText", text="anna")
        browser.js("reason.focus(); 0")
        browser("Input.insertText", text="it's fine")
        spot = browser.js("""(() => { const e = [...document.querySelectorAll(".copy")].find(e => e.checkVisibility() && e.closest(".command").querySelector("[data-fill=by]"));
            e.scrollIntoView({ block: "center" }); const box = e.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()""")
        browser.click(*spot)
        check(browser.until("/^Copied: vgraph \\w+ .*--by anna --reason 'it'\\\\''s fine'$/.test(said.textContent)"), f"a command is not copied: {browser.js('said.textContent')}")
        text = browser.js("navigator.clipboard.readText().catch(e => String(e))")
        check(text == browser.js("said.textContent.slice(8)"), f"the clipboard has another text: {text}")


def compare(browser, check):
    """The page of two versions: both play together, each at its own time, and the edge between them moves."""
    browser.js("""[window.a, window.b] = ["under", "over"].map(name => document.querySelector(".pair ." + name));
        window.button = document.querySelector(".pair .play"); 0""")
    check(browser.until("a.readyState >= 2 && b.readyState >= 2"), "a film does not load")
    for time in browser.js("[...document.querySelectorAll('.pair ~ table .time')].map(e => [+e.dataset.a, +e.dataset.b])"):
        browser.js("[...document.querySelectorAll('.time')].find(e => +e.dataset.a === %r && +e.dataset.b === %r).click()" % tuple(time))
        check(browser.until("!a.seeking && !b.seeking && Math.abs(a.currentTime - %r) < 0.1 && Math.abs(b.currentTime - %r) < 0.1" % tuple(time)), f"the films do not go to {time}")
    browser.js("document.querySelector('.time').click()")
    browser.until("!a.seeking && !b.seeking")
    start = browser.js("a.currentTime")
    browser.js("button.click()")
    check(browser.until("a.currentTime > %r && b.currentTime > %r" % (start + 0.2, start + 0.2)), "the films do not play together")
    browser.js("button.click()")
    check(browser.until("a.paused && b.paused && button.textContent === 'Play'"), "the films do not pause together")
    browser.js("const split = document.querySelector('.split'); split.value = 20; split.dispatchEvent(new Event('input')); 0")
    check(browser.js("b.style.clipPath.includes('20%')"), "the edge does not move")


def look(browser, page, view, shots):
    name, width, height, scheme = view
    faults, phone = [], width < 600
    def check(fact, words):
        if not fact: faults.append(f"{name}: {words}")
    browser.events.clear()
    browser("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)
    browser("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}])
    browser("Page.navigate", url=pathlib.Path(page).resolve().as_uri())
    check(browser.until("document.readyState === 'complete'"), "the page does not load")
    is_sheet = browser.js("document.querySelector('video#film') !== null")
    is_pair = browser.js("document.querySelector('.pair') !== null")
    if is_sheet: check(browser.until("film.readyState >= 2"), "the film does not load")
    if shots:
        browser.shot(f"{shots}/{name.replace(' ', '-')}.png", False)
        browser.shot(f"{shots}/{name.replace(' ', '-')}-whole.png", True)
    check(not browser.js("window.hacked"), "a text of the spec ran as a script")
    overflow = browser.js("document.documentElement.scrollWidth - innerWidth")
    check(overflow <= 0, f"it scrolls sideways, by {overflow} px")

    rules = browser.js(RULES)
    faults += [f"{name}: {fault}" for fault in rules["faults"]]
    nodes = browser("Accessibility.getFullAXTree")["nodes"]
    roles = {"button", "link", "textbox", "img", "image", "region", "table", "dialog", "Video", "DisclosureTriangle", "navigation"}
    for node in nodes:
        role = node.get("role", {}).get("value")
        if not node.get("ignored") and role in roles: check(node.get("name", {}).get("value", "").strip(), f"a {role} has no name")
    tables = sum(node.get("role", {}).get("value") == "table" and not node.get("ignored") for node in nodes)
    check(tables == browser.js("[...document.querySelectorAll('table')].filter(e => e.checkVisibility()).length"), "a table is none for a screen reader")
    if os.environ.get("VGRAPH_AXE"):
        browser.js(pathlib.Path(os.environ["VGRAPH_AXE"]).read_text() + "; 0")
        found = browser.js("axe.run({ resultTypes: ['violations'] }).then(r => r.violations.map(v => v.id + ': ' + v.help + ' ' + v.nodes.map(n => n.html.slice(0, 90)).slice(0, 3).join(' | ')))")
        faults += [f"{name}: axe: {fault}" for fault in found]

    if is_sheet: use(browser, rules, check)
    if is_pair: compare(browser, check)
    for event in browser.events:
        what, parameters = event.get("method"), event.get("params", {})
        if what == "Network.requestWillBeSent":
            url = parameters["request"]["url"]
            check(url.split(":")[0] in ["file", "blob", "data"], f"it asks for {url[:100]}")
        elif what == "Runtime.exceptionThrown":
            check(False, f"exception: {json.dumps(parameters)[:300]}")
        elif what == "Runtime.consoleAPICalled" and parameters["type"] in ["error", "warning", "assert"]:
            check(False, f"console: {json.dumps(parameters['args'])[:300]}")
        elif what == "Log.entryAdded" and parameters["entry"]["level"] in ["error", "warning"]:
            check(False, f"console: {parameters['entry']['text'][:300]}")
    print(f"{name}: {rules['looked']} texts, least contrast {rules['least']}; {rules['pills']} statuses, {rules['times']} times, {rules['findings']} findings, {tables} tables")
    return faults


def main():
    page, shots = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    if shots: os.makedirs(shots, exist_ok=True)
    browser = Browser()
    try:
        faults = [fault for view in VIEWS for fault in look(browser, page, view, shots)]
    finally:
        browser.close()
    for fault in faults: print("fault:", fault)
    return 1 if faults else 0


if __name__ == "__main__": sys.exit(main())
