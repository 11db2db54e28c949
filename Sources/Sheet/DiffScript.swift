// The only script of the page of two versions: both films play together, each at its own time, and a slider moves the
// edge between them. Without it the tables can still be read.

enum DiffScript {
    /// For the page's content security policy.
    static let hash = contentSecurityHash(of: text)

    static let text = #"""

        "use strict";
        const clock = t => Math.floor(t / 60) + ":" + (t % 60).toFixed(2).padStart(5, "0");
        function load(video, script) {
          const text = atob(script.textContent), data = new Uint8Array(text.length);
          for (let i = 0; i < text.length; i++) data[i] = text.charCodeAt(i);
          video.src = URL.createObjectURL(new Blob([data], { type: "video/mp4" }));
          script.remove();
        }
        for (const pair of document.querySelectorAll(".pair")) {
          const part = name => pair.querySelector(name), a = part(".under"), b = part(".over");
          const play = part(".play"), split = part(".split"), seek = part(".seek"), said = part(".clock");
          const frame = 1 / pair.dataset.fps;
          // What lies at a's time t lies at t + shift in b.
          let shift = 0;
          load(a, part(".bytes-a")); load(b, part(".bytes-b"));
          const there = t => Math.max(0, Math.min(t, b.duration || 0));
          function show() {
            said.textContent = "a " + clock(a.currentTime) + " · b " + clock(b.currentTime);
            if (document.activeElement !== seek && a.duration) seek.value = 1000 * a.currentTime / a.duration;
          }
          function go(t) { a.currentTime = t; b.currentTime = there(t + shift); show(); }
          function divide() {
            b.style.clipPath = `inset(0 0 0 ${split.value}%)`;
            part(".edge").style.left = split.value + "%";
          }
          play.addEventListener("click", () => {
            if (a.paused) { a.play().catch(() => {}); b.play().catch(() => {}); } else { a.pause(); b.pause(); }
          });
          a.addEventListener("play", () => { play.textContent = "Pause"; });
          a.addEventListener("pause", () => {
            play.textContent = "Play"; b.pause(); b.currentTime = there(a.currentTime + shift);
          });
          a.addEventListener("timeupdate", () => {
            // Two decoders drift apart: more than two frames are caught up.
            if (Math.abs(b.currentTime - there(a.currentTime + shift)) > 2 * frame)
              b.currentTime = there(a.currentTime + shift);
            show();
          });
          for (const video of [a, b]) {
            video.addEventListener("seeked", show);
            video.addEventListener("error", () => { said.textContent = "This browser cannot play the films."; });
          }
          split.addEventListener("input", divide);
          seek.addEventListener("input", () => go(seek.value / 1000 * a.duration));
          pair.parentElement.addEventListener("click", event => {
            const time = event.target.closest(".time");
            if (!time) return;
            shift = time.dataset.b - time.dataset.a;
            go(+time.dataset.a + frame / 4);
            pair.scrollIntoView({ block: "nearest" });
          });
          divide(); show();
        }

        """#
}
