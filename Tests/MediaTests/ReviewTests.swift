// check and review through the worker, as the engine runs them: the page is whole, safe and equal on every run.
import Composition
import Diagnostics
import FoundationEssentials
import Glibc
import Media
import Sheet
import TestSupport
import Testing

@Suite struct ReviewTests {
    let folder = TemporaryFolder()

    private func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }

    /// Runs one job; its reply as text, its files in the folder `scratch`.
    private func work(_ stage: String, _ inputs: [String: [String]], scratch: String) throws -> String {
        mkdir(folder(scratch), 0o755)
        let given = inputs.sorted { $0.key < $1.key }.flatMap { slot, paths in
            paths.map { ["slot": slot, "path": $0, "name": $0] }
        }
        let line = """
            {"id":1,"stage":"\(stage)","node":"launch.mp4:\(stage)","workspace":"\(folder.path)","inputs":\(try json(given)),\
            "parameters":{},"scratch":"\(folder(scratch))"}

            """
        let reply = try Program.run([Repository.binary("vgraph-worker")], input: try folder.write("job.json", line))
        #expect(reply.status == 0, "\(reply.err)")
        return reply.out
    }

    private let hostile = "<script>alert(\"1\")</script> & 'two' \u{202e}\u{7}"

    private func plan() -> Plan {
        var plan = Delivered.plan(
            loudness: AudioMix.Loudness(integrated: -14, truePeak: -1),
            cues: [
                Cue(startFrame: 10, endFrame: 50, text: hostile),
                Cue(startFrame: 60, endFrame: 110, text: "مرحبا & hello"),
            ],
            claims: ["the price <b>is</b> legible"], title: hostile)
        plan.scenes[0].id = "one\"><img src=x onerror=alert(1)>"
        return plan
    }

    private func page(media: String, scratch: String) throws -> String {
        let planFile = try folder.write("plan.json", try json(plan()))
        let checked = try work("check", ["media": [media], "plan": [planFile]], scratch: "check-" + scratch)
        #expect(checked.contains("\"report\":[\"check.json\"]"), "\(checked)")
        let reviewed = try work(
            "review", ["media": [media], "plan": [planFile], "check": [folder("check-\(scratch)/check.json")]],
            scratch: scratch)
        #expect(reviewed.contains("sheet.json") && reviewed.contains("review.json"), "\(reviewed)")
        let content = try JSONDecoder().decode(SheetContent.self, from: Data(folder.read(scratch + "/sheet.json")))
        let review = try JSONDecoder().decode(ReviewReport.self, from: Data(folder.read(scratch + "/review.json")))
        return ReviewSheet(
            target: "launch.mp4", content: content, observations: review.observations, sha256: content.report.sha256,
            gate: nil, reasons: [], claims: nil, reports: [], persons: ReviewSheet.Persons(), since: .never,
            film: .beside("./launch.mp4"), written: "2026-01-01T00:00:00Z"
        ).html
    }

    @Test func aPageThatNeedsNothingElse() throws {
        let media = Delivered.make("video.mp4", in: folder)
        let page = try page(media: media, scratch: "a")
        let report = try JSONDecoder().decode(CheckReport.self, from: Data(folder.read("check-a/check.json")))
        #expect(report.results.map(\.id) == Check.all.map(\.id))
        #expect(page.hasPrefix("<!doctype html>") && page.hasSuffix("</html>\n"))
        #expect(page.contains(report.sha256))
        for result in report.results { #expect(page.contains("<code>\(result.id)</code>")) }
        // A picture for each scene and each caption; nothing that has to be fetched but the film, nothing that runs but
        // the one script, which the page names by its hash; no link but to places of the page.
        #expect(page.components(of: "src=\"data:image/jpeg;base64,/9j/") == 4)
        #expect(page.components(of: "<img ") == 4 && page.components(of: " src=\"data:") == 4)
        #expect(page.components(of: "<script>") == 1 && page.components(of: "<script") == 1)
        #expect(page.components(of: "src=\"./launch.mp4\"") == 1)
        #expect(page.contains("default-src 'none'") && page.contains("script-src 'sha256-"))
        #expect(page.components(of: "href=") == page.components(of: "href=\"#"))
        for word in ["<script>alert", "<img src=x", "url(", "@import", "<link", "<b>is</b>", "\u{7}"] {
            #expect(!page.contains(word), "\(word)")
        }
        #expect(page.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;two&#39;"))
        #expect(page.contains("مرحبا &amp; hello"))
        #expect(
            page.contains("prefers-color-scheme: dark") && page.contains("<svg")
                && page.contains("<polyline class=\"curve\""))
    }

    @Test func equalEveryTime() throws {
        let media = Delivered.make("video.mp4", in: folder)
        #expect(try page(media: media, scratch: "a") == page(media: media, scratch: "b"))
        #expect(folder.read("a/review.json") == folder.read("b/review.json"))
        #expect(folder.read("check-a/check.json") == folder.read("check-b/check.json"))
    }

    @Test func anUnansweredClaimIsNotConfirmed() throws {
        let media = Delivered.make("video.mp4", in: folder)
        _ = try page(media: media, scratch: "a")
        let review = try JSONDecoder().decode(ReviewReport.self, from: Data(folder.read("a/review.json")))
        #expect(review.observations.map(\.verdict) == [.abstain] && review.observations[0].severity == .info)
        #expect(review.observations[0].claim == "the price <b>is</b> legible" && review.observations[0].endFrame == 120)
    }

    @Test func aFileThatCannotBeShownStillHasAPage() throws {
        Delivered.make("whole.mp4", in: folder)
        for (name, media) in [
            ("cut", try folder.cut("cut.mp4", from: "whole.mp4", keeping: 0.01)),
            ("text", try folder.write("text.mp4", "no video")),
        ] {
            let page = try page(media: media, scratch: name)
            #expect(
                page.contains("no picture") && page.contains("pill fail large") && page.contains("not run"), "\(name)")
        }
    }

    @Test func validateNamesThePlace() throws {
        let spec = try folder.write(
            "a.video.yaml",
            """
            version: 1
            video: { size: 320x180, fps: 30 }
            assets: { hero: hreo.png, voice: note.wav }
            scenes:
              - { id: one, duration: 1s, layers: [ { image: hero } ] }
            audio: { tracks: [ { asset: voice } ] }

            """)
        try folder.write("note.wav", "text")
        folder.make("hero.png", ["-f", "lavfi", "-i", "color=red:size=16x16", "-frames:v", "1"])
        let reply = try work("validate", ["spec": [spec]], scratch: "v")
        #expect(reply.contains("\"id\":\"asset-missing\"") && reply.contains("did you mean 'hero.png'?"), "\(reply)")
        #expect(reply.contains("\"id\":\"asset-not-what-its-name-says\"") && reply.contains("\"line\":3"), "\(reply)")
    }
}

extension String {
    /// How often a text occurs in this one.
    fileprivate func components(of text: String) -> Int {
        var count = 0, rest = self[...]
        while let range = rest.firstRange(of: text) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
