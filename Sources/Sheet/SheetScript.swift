// The only script of the review sheet: the film jumps to times, findings follow each other by key, commands are copied.
// Without it the page can still be read.
import Digests
import FoundationEssentials

/// How a content security policy names the one script that may run.
func contentSecurityHash(of script: String) -> String {
    let sum = Array(script.utf8).withUnsafeBytes { SHA256.of($0) }
    return "sha256-" + Data(hexBytes(sum, count: 32) ?? []).base64EncodedString()
}

enum SheetScript {
    /// For the page's content security policy.
    static let hash = contentSecurityHash(of: text)

    static let text = #"""

        "use strict";
        const find = name => document.getElementById(name), all = rule => [...document.querySelectorAll(rule)];
        const film = find("film"), said = find("said"), say = words => { if (said) said.textContent = words; };

        // The film: its bytes in the page, or a file beside it.
        const bytes = find("film-bytes");
        if (film && bytes) {
          const text = atob(bytes.textContent), data = new Uint8Array(text.length);
          for (let i = 0; i < text.length; i++) data[i] = text.charCodeAt(i);
          film.src = URL.createObjectURL(new Blob([data], { type: "video/mp4" }));
          bytes.remove();
        }
        const clock = t => Math.floor(t / 60) + ":" + (t % 60).toFixed(2).padStart(5, "0");
        const scenes = film ? film.dataset.scenes.split("\n").filter(Boolean).map(line => {
          const [start, ...name] = line.split(" ");
          return { start: +start, name: name.join(" ") };
        }) : [];
        const head = find("head"), picture = head && head.ownerSVGElement;
        const edge = picture && { left: +picture.dataset.left, right: +picture.dataset.right };
        function show() {
          const t = film.currentTime, scene = scenes.findLast(scene => scene.start <= t + 1e-6);
          find("now").textContent =
            clock(t) + " · frame " + Math.floor(t * film.dataset.fps + 1e-3) + (scene ? " · " + scene.name : "");
          const x = edge.left + (edge.right - edge.left) * Math.min(1, t / film.dataset.seconds);
          head.setAttribute("x1", x); head.setAttribute("x2", x);
        }
        function go(t) { film.currentTime = Math.min(t + 0.25 / film.dataset.fps, film.dataset.seconds); show(); }
        function play() { film.play().catch(() => {}); }
        function toggle() { if (film.paused) play(); else film.pause(); }
        if (film) {
          for (const name of ["timeupdate", "seeked", "loadedmetadata"]) film.addEventListener(name, show);
          film.addEventListener("error", () =>
            say("The film cannot be played: " + film.dataset.file + " must lie beside this page, and this browser must "
              + "play H.264."));
          film.addEventListener("loadedmetadata", () => {
            if (Math.abs(film.duration - film.dataset.seconds) > 0.2)
              say("This is another film than the one that was judged: it takes " + film.duration.toFixed(2)
                + " s instead of " + film.dataset.seconds + " s. Write the page again.");
          });
        }

        // A time plays from there; the same time again pauses.
        let last = null;
        document.addEventListener("click", event => {
          const time = event.target.closest(".time"), copy = event.target.closest(".copy");
          if (time && film && time.dataset.t) {
            if (time === last && !film.paused) return film.pause();
            last = time; go(+time.dataset.t); play();
          } else if (copy) copied(copy);
          else if (picture && film && picture.contains(event.target)) {
            const box = picture.getBoundingClientRect();
            const x = (event.clientX - box.left) * picture.viewBox.baseVal.width / box.width;
            go(Math.max(0, (x - edge.left) / (edge.right - edge.left)) * film.dataset.seconds); play();
          }
        });

        // Commands take the name and the reason that the reader types.
        const plain = /^[A-Za-z0-9._\/][A-Za-z0-9._\/-]*$/;
        const word = text => plain.test(text) ? text : "'" + text.replaceAll("'", "'\\''") + "'";
        for (const [name, empty] of [["by", "NAME"], ["reason", "TEXT"], ["until", "DATE"]]) {
          const field = find(name);
          if (field) field.addEventListener("input", () => {
            const text = field.value.trim() ? word(field.value.trim()) : empty;
            for (const place of all(`[data-fill=${name}]`)) place.textContent = text;
          });
        }
        all(".fields").forEach(form => form.addEventListener("submit", event => event.preventDefault()));
        async function copied(button) {
          const code = button.closest(".command").querySelector("code"), label = button.textContent;
          const answer = code.querySelector("[data-fill=answer]");
          if (answer) answer.textContent = button.dataset.answer;
          try { await navigator.clipboard.writeText(code.textContent); } catch {
            getSelection().selectAllChildren(code);
            document.execCommand("copy");
          }
          button.textContent = "Copied"; say("Copied: " + code.textContent);
          setTimeout(() => { button.textContent = label; }, 1500);
        }

        // Keys.
        const findings = all("[data-finding]");
        let at = -1;
        function step(by) {
          if (!findings.length) return say("There are no findings.");
          at = at < 0 && by < 0 ? findings.length - 1 : (at + by + findings.length) % findings.length;
          const item = findings[at], time = item.querySelector(".time[data-t]");
          for (let box = item.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
          item.scrollIntoView({ block: "center" });
          (time || item).focus({ preventScroll: true });
          if (time && film) { film.pause(); go(+time.dataset.t); last = null; }
          say("Finding " + (at + 1) + " of " + findings.length);
        }
        document.addEventListener("focusin", event => {
          const item = event.target.closest("[data-finding]");
          if (item) at = findings.indexOf(item);
        });
        const help = find("help");
        if (find("keys")) find("keys").addEventListener("click", () => help.showModal());
        document.addEventListener("keydown", event => {
          if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
          if (event.target.closest("input, textarea, select")) return;
          if (event.key === "j") step(1);
          else if (event.key === "k") step(-1);
          else if (event.key === "?") help.showModal();
          else if (!film) return;
          else if (event.key === " " && !event.target.closest("button, summary, a, video, .strip")) toggle();
          else if (event.key === "," || event.key === ".") {
            film.pause(); film.currentTime += (event.key === "." ? 1 : -1) / film.dataset.fps;
          } else return;
          event.preventDefault();
        });
        addEventListener("beforeprint", () => all("details").forEach(box => { box.open = true; }));

        """#
}
