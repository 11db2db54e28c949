// A film is looked at in parts: each claim in one, and a part stays the same wherever it is in the film.
import Composition
import Diagnostics
import Digests
import Stages
import Testing

struct ReviewPartTests {
    /// A caption a second, each with a text of its own.
    private func film(_ captions: [String], from first: Int = 0) -> ClaimList {
        let claims = captions.enumerated().map { index, text in
            Claim(
                id: "caption.\(index + 1)", kind: .caption, text: text, startFrame: first + index * 25,
                endFrame: first + index * 25 + 20, seen: Claim.Span(first + index * 25..<first + index * 25 + 20))
        }
        let speech = claims.map {
            Claim(
                id: "speech" + $0.id.dropFirst(7), kind: .speech, text: $0.text, startFrame: $0.startFrame,
                endFrame: $0.endFrame)
        }
        return ClaimList(
            size: PixelSize(width: 320, height: 180), rate: FrameRate(25), frames: first + captions.count * 25,
            language: "en", hasSound: true, pictures: [], voices: [Claim.Span(0..<100)], claims: claims + speech)
    }

    private func texts(_ count: Int) -> [String] { (1...count).map { "Caption \($0)" } }

    @Test func eachClaimIsInOnePart() {
        let list = film(texts(11))
        for (kind, ids) in [
            (ReviewPart.Kind.pictures, list.claims.filter { $0.kind == .caption }.map(\.id)),
            (.sentences, list.claims.filter { $0.kind == .speech }.map(\.id)),
            (.soundtrack, list.claims.filter { $0.kind == .speech }.map(\.id)),
        ] {
            let parts = list.parts(kind)
            #expect(parts.flatMap { $0.claims.map(\.id) } == ids)
            #expect(parts.count == (kind == .soundtrack ? 1 : 3), "\(kind)")
            for part in parts {
                let own = part.list(of: list)
                #expect(own.claims.allSatisfy { 0 <= $0.startFrame && $0.endFrame <= own.frames })
                #expect(own.claims.compactMap { part.id(of: $0.id) } == part.claims.map(\.id))
            }
        }
        #expect(Set(list.parts(.pictures).flatMap(\.stills)) == Set(list.sampledFrames))
    }

    /// Other words of one caption, and a scene put before, change one part, and none.
    @Test func whatIsElsewhereIsNothingToAPart() {
        let list = film(texts(12))
        func parts(_ list: ClaimList, _ kind: ReviewPart.Kind) -> [ClaimList] {
            list.parts(kind).map { $0.list(of: list) }
        }
        var edited = texts(12)
        edited[5] = "Another"
        for kind in [ReviewPart.Kind.pictures, .sentences] {
            let before = parts(list, kind), after = parts(film(edited), kind)
            #expect(zip(before, after).map { $0 == $1 } == [true, false, true])
        }
        #expect(parts(list, .soundtrack) == parts(film(edited), .soundtrack), "a voice is looked for, not its words")
        // Nor are other sentences anything to a part with a picture, in which a code may lead to an address.
        var shown = film(texts(12).map { $0 + " is a sentence." }),
            reworded = film(edited.map { $0 + " is a sentence." })
        shown.pictures = [Claim.Span(0..<shown.frames)]
        reworded.pictures = shown.pictures
        #expect(zip(parts(shown, .pictures), parts(reworded, .pictures)).map { $0 == $1 } == [true, false, true])
        var moved = film(texts(12), from: 50)
        moved.voices = list.voices.map { $0.map { Claim.Span($0.startFrame + 50..<$0.endFrame + 50) } }
        #expect(parts(moved, .pictures) == parts(list, .pictures))
    }

    /// A long text that is seen with others is asked about once, and known to the others.
    @Test func neighboursAreKnown() throws {
        var list = film(texts(9))
        list.claims.insert(
            Claim(
                id: "one.text.1", kind: .text, text: "Always there", startFrame: 0, endFrame: 225,
                seen: Claim.Span(0..<225)), at: 0)
        let parts = list.parts(.pictures)
        #expect(parts.filter { $0.claims.contains { $0.id == "one.text.1" } }.count == 1)
        for part in parts.dropFirst() {
            #expect(part.list(of: list).others?.contains { $0.text == "Always there" } == true)
        }
        // A code in a picture may lead to an address that is shown in another part.
        list = film(texts(8) + ["example.com"])
        #expect(list.parts(.pictures)[0].others.isEmpty)
        list.pictures = [Claim.Span(0..<50)]
        #expect(list.parts(.pictures)[0].others.map(\.text) == ["example.com"])
        list = film(texts(8) + ["See www.example.com/start.", "\"That is all.\" 3.5 in all ...so far."])
        list.pictures = [Claim.Span(0..<50)]
        #expect(list.parts(.pictures)[0].others.map(\.text) == ["See www.example.com/start."])
    }

    private func report(_ part: ReviewPart, _ list: ClaimList, status: ReviewerReport.Status = .done) -> ReviewerReport
    {
        let own = part.list(of: list)
        return ReviewerReport(
            reviewer: Reviewer(name: "text", kind: .rule, family: "ocr", version: "1"), status: status,
            reason: status == .done ? nil : "it is not installed", sha256: "", asked: own.claims.map(\.id),
            observations: own.claims.map {
                Observation(
                    claim: $0.id, reviewer: "text", verdict: .supports, severity: .info, startFrame: $0.startFrame,
                    endFrame: $0.endFrame,
                    evidence: [ReviewRequest.file(ofFrame: part.stills[0] - part.frames.lowerBound)],
                    rationale: "read")
            } + [
                Observation(
                    claim: Observation.unplanned, reviewer: "text", verdict: .contradicts, severity: .major,
                    startFrame: 0, endFrame: 5, evidence: [], rationale: "words", found: "SALE")
            ])
    }

    private func collected(_ reports: [ReviewerReport], _ list: ClaimList) throws -> ReviewerReport {
        try ReviewerReport(
            reports, on: list.parts(.pictures),
            of: ReviewRequest(sha256: "ab", list: list, picture: list.size, exhibits: []), by: "text"
        ) { Diagnostic("part", "\($0)") }
    }

    @Test func reportsOnPartsAreOneReport() throws {
        let list = film(texts(12)), parts = list.parts(.pictures)
        let whole = try collected(parts.map { report($0, list) }, list)
        #expect(whole.status == .done && whole.sha256 == "ab" && whole.reviewer.version == "1")
        #expect(whole.asked == list.claims.filter { $0.kind == .caption }.map(\.id))
        for claim in list.claims where claim.kind == .caption {
            let said = whole.observations.filter { $0.claim == claim.id }
            #expect(said.count == 1 && said[0].startFrame == claim.startFrame && said[0].endFrame == claim.endFrame)
        }
        let last = try #require(whole.observations.last { $0.claim == "caption.12" })
        #expect(last.evidence == [ReviewRequest.file(ofFrame: parts[2].stills[0])])
        // The same words in three parts are one finding.
        let unplanned = whole.observations.filter { $0.claim == Observation.unplanned }
        #expect(unplanned.count == 1 && unplanned[0].startFrame == 0 && unplanned[0].endFrame == 205)

        var reports = parts.map { report($0, list) }
        reports[1].status = .notRun
        reports[1].reason = "it took longer than 1 s"
        let partial = try collected(reports, list)
        #expect(partial.status == .notRun && partial.reason == "it took longer than 1 s")
        #expect(partial.observations.isEmpty && partial.asked.count == 12, "all or nothing")

        reports = parts.map { report($0, list) }
        reports[2].observations[0].claim = "caption.99"
        #expect(throws: Diagnostic.self) { try collected(reports, list) }
        let none = try collected([], film([]))
        #expect(none.status == .done && none.asked.isEmpty && none.reviewer.name == "text")
    }
}
