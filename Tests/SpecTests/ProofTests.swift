// What is found in a spec before anything is rendered, with the fonts that would draw it.
import Composition
import Diagnostics
import Digests
import FoundationEssentials
import Render
import Spec
import TestSupport
import Testing

/// What `validate` finds, without its files: specs of these tests name none, or those of `sampleFacts`.
func proofread(
    _ text: String, files: [String: String] = [:], format: String = "", speech: [Bool]? = nil,
    spelling: SpellingAnswers = SpellingAnswers(isChecked: true), facts: Facts = sampleFacts()
) throws
    -> [Diagnostic]
{
    do {
        let spec = try ValidSpec.read(specText: text, specName: "a.video.yaml")
        // As in the worker, where the checks of files are known too.
        let profile = try spec.profile(checks: ProofCheck.rules.map(\.id) + ["D05", "D08"]) {
            files[$0].map { Array($0.utf8) }
        }
        let sources = LayerSources(
            picture: { _ in throw Gone() }, clip: { _ in throw Gone() }, fontFile: { _ in throw Gone() })
        var facts = facts
        facts.zones = profile.zonesByFormat
        let drafts = try Draft.all(of: spec, facts: facts, format: format) { path in
            guard let text = files[path] else { throw Gone() }
            return Array(text.utf8)
        }
        let proofs = try drafts.map { draft in
            var fonts = FontAnswers()
            for question in draft.fontQuestions(sampleFacts()) {
                fonts.found[question.name] = Set(try question.families.filter { try sources.hasFamily($0) })
                fonts.taken[question.name] = try sources.takenFamily(for: question.families + ["sans-serif"])
            }
            return Proof(
                draft: draft, facts: sampleFacts(),
                measured: try draft.texts.map { try sources.survey($0.layer, $0.content) },
                profile: profile.of(format: draft.format), fonts: fonts, speech: speech, spelling: spelling)
        }
        return Proof.read(proofs)
    } catch let error as Diagnostics { return error.all }
}

private struct Gone: Error {}

struct ProofTests {
    @Test func everyFinding() throws {
        try Golden.run("proof-findings.txt") { item in
            let files = Dictionary(item.sections.dropFirst().map { ($0.title, $0.text) }) { first, _ in first }
            // Seconds in which a voice sounds, as "0.5-2 4.5-6".
            let speech = item.section("speech").map { spans in
                let spans = spans.split(whereSeparator: \.isWhitespace).map {
                    $0.split(separator: "-").map { Double($0)! }
                }
                return (0..<2000).map { step in
                    spans.contains { $0[0] <= Double(step) / 20 && Double(step) / 20 < $0[1] }
                }
            }
            // Words that no dictionary has, each with what may be meant.
            var spelling = SpellingAnswers(isChecked: item.section("no dictionary") == nil)
            for line in (item.section("misspelled") ?? "").split(separator: "\n") {
                let words = line.split(separator: " ").map(String.init)
                spelling.unknown[words[0]] = Array(words.dropFirst())
            }
            do {
                return try proofread(item.section("")!, files: files, speech: speech, spelling: spelling).map {
                    $0.text()
                }.joined(
                    separator: "\n")
            } catch { return "\(error)" }
        }
    }

    @Test func aNarrationIsFoundWithoutMusic() throws {
        func found(_ track: String) throws -> [String] {
            try proofread(
                "version: 1\nassets: { voice: assets/voice.wav }\nscenes: [ { id: a, duration: 1s } ]\naudio: { "
                    + "tracks: [ { asset: voice\(track) } ] }"
            ).map(\.id)
        }
        #expect(try found("") == ["P02.narration"])
        #expect(try found(", trim: 4s").isEmpty)
        for onPurpose in [", duration: 1s", ", fade_out: 0.5s", ", loop: true"] {
            #expect(try found(onPurpose).isEmpty, "\(onPurpose)")
        }
    }

    @Test func soundOfClipsThatIsNotHeardIsSaidOnce() throws {
        func found(_ rest: String) throws -> [String] {
            try proofread(
                "version: 1\nscenes: [ { id: a, duration: 1s, layers: [ { video: assets/talk.mp4 }, { video: "
                    + "assets/talk.mp4 }, { video: assets/clip.mp4 } ] } ]\n"
                    + rest
            )
            .filter { $0.id == "P03.sound" }.map(\.message)
        }
        #expect(try found("") == ["'assets/talk.mp4' has its own sound, which the video does not play"])
        #expect(try found("audio: { tracks: [ { asset: assets/talk.mp4, gain: -3dB, fade_out: 0.1s } ] }").isEmpty)
        #expect(try found("acceptance: { checks: { P03.sound: off } }").isEmpty)
    }

    /// Every id that proofreading can find is in the table, and in the golden file or found by a test of drawn text.
    @Test func theTableIsWhole() throws {
        let rules = ProofCheck.rules
        #expect(Set(rules.map(\.id)).count == rules.count)
        for rule in rules {
            for text in [rule.id, rule.title, rule.measures, rule.threshold, rule.source, rule.runbook] {
                #expect(!text.isEmpty, "\(rule.id)")
            }
        }
        let
            source =
                try Repository.text("Sources/Diagnostics/ProofProblem.swift")
                + Repository.text("Sources/Diagnostics/SeenProblem.swift")
                + Repository.text("Sources/Diagnostics/WordingProblem.swift"),
            shown = try Repository.text("Tests/Goldens/proof-findings.txt")
        for opening in ["return (\"P", "Diagnostic(\""] {
            for part in source.split(separator: opening).dropFirst() {
                let id = (opening.hasSuffix("P") ? "P" : "") + part.prefix { $0 != "\"" }
                // Drawn contrast is judged in PlanTests' neighbour; a file that cannot be read needs a file.
                guard !["P10.contrast", "P10.unreadable", "unreadable-profile"].contains(id) else { continue }
                #expect(shown.contains("[\(id)]"), "no golden shows [\(id)]")
                if id.hasPrefix("P") { #expect(rules.contains { $0.id == id }, "\(id) is not in the table") }
            }
        }
    }

    @Test func aFloodIsTold() throws {
        let cues = (0..<250).map { "  - { start: \($0)s, end: \($0).5s, text: \"n\($0)\" }" }.joined(separator: "\n")
        let found = try proofread("version: 1\nscenes: [ { id: a, duration: 250s } ]\ncaptions:\n\(cues)")
        #expect(found.count == 201 && found.allSatisfy { $0.id == "P07.duration" && $0.severity == .warning })
        #expect(found.last?.message == "50 more like this" && found.last?.place?.line == 204)
    }

    @Test func hostileTexts() throws {
        // Sizes and times at the edges of what a spec may say; nothing traps, everything is told or fine.
        let specs = [
            "layers: [ { text: \"x\", style: { size: 2000px, max_width: 1px } } ]",
            "layers: [ { text: \"x\", scale: 100, rotation: 36000 } ]",
            "layers: [ { text: \"\\u202E\\u200B\\u0301\", opacity: 0 } ]",
            "layers: [ { text: \"x\", at: [-20000px, 20000px] } ]",
            "layers: [ { text: \" \" }, { text: \"\" } ]",
            "layers: [ { text: \"\(String(repeating: "word ", count: 1900))\" } ]",
        ]
        for spec in specs { _ = try proofread("version: 1\nscenes: [ { id: a, duration: 1s, \(spec) } ]") }
        #expect(
            try proofread("version: 1\nscenes: [ { id: a, duration: 1s, \(specs[3]) } ]").map(\.id) == ["P05.frame"])
    }

    @Test func contrastIsJudgedByItsRule() throws {
        let text = "version: 1\nscenes:\n  - { id: a, duration: 2s, layers: [ { text: \"Hello\" } ] }\n"
        func found(
            _ ratio: Double?, size: Double = 20, weight: Int = 400,
            frame: PixelSize = PixelSize(width: 1920, height: 1080), rules: String = "",
            from: Int = 0, text shown: String = "Hello"
        ) throws -> [Diagnostic] {
            let spec = try ValidSpec.read(specText: text + rules, specName: "a.video.yaml")
            let draft = try Draft.all(of: spec, facts: sampleFacts(), format: "", readFile: { _ in throw Gone() })[0]
            let profile = try spec.profile(checks: ProofCheck.rules.map(\.id)) { _ in nil }
            let measured = TextContrast(
                text: shown, from: from, to: from + 10, size: size, weight: weight, ratio: ratio, frame: from + 3,
                x: 40, y: 50)
            return ProofCheck.contrast(
                of: [SegmentContrast(size: frame, texts: [measured])], plan: plan(draft.video) { _ in .zero }.plan,
                places: draft.texts.map(TextPlace.init), profile: profile)
        }
        #expect(
            try found(4.49).map { $0.text() } == [
                """
                a.video.yaml:3:46: warning: 'Hello' has a contrast of 4.49:1 at 0.1 s, around 40, 50, less than 4.5:1 \
                [P10.contrast]
                  - { id: a, duration: 2s, layers: [ { text: "Hello" } ] }
                                                             ^~~~~~~
                  hint: change a colour, or put a 'background', an 'outline' or a 'shadow' behind it; source: WCAG \
                2.2, 1.4.3 Contrast (Minimum) (w3.org), read 2026-11-22
                """
            ])
        #expect(try found(4.5).isEmpty && found(nil).isEmpty && found(.nan).isEmpty)
        // 18 pt, or 14 pt bold.
        #expect(try found(3.1, size: 24).isEmpty && !found(3.1, size: 23.9).isEmpty && !found(2.9, size: 24).isEmpty)
        #expect(try found(3.1, size: 18.7, weight: 700).isEmpty && !found(3.1, size: 18.7, weight: 600).isEmpty)
        // A telephone shows 1080 pixels on 360.
        #expect(try !found(3.1, size: 71, frame: PixelSize(width: 1080, height: 1920)).isEmpty)
        #expect(try found(3.1, size: 72, frame: PixelSize(width: 1080, height: 1920)).isEmpty)
        // Another rule, another severity, another text, another time.
        #expect(
            try found(4.6, rules: "acceptance: { rules: { contrast: { min: 7 } }, checks: { P10.contrast: fail } }")
                .map(\.severity) == [.error])
        #expect(try found(1, rules: "acceptance: { checks: { P10.contrast: off } }").isEmpty)
        #expect(try found(1, text: "Other").isEmpty && found(1, from: 60).isEmpty)
    }
}
