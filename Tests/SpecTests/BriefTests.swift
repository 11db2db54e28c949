// The brief: what it claims of the film, and what proofreading finds of it in planned texts.
import Composition
import Diagnostics
import Spec
import Testing

struct BriefTests {
    private static let brief = """
        brief:
          audience: people at a desk
          promise: Aurora gives your desk the light of the day.
          must_say: [it costs 149 dollars, Meet Aurora]
          must_show: [the lamp unlit and then lit]
          must_not: [best in the world, "cheap"]
          tone: calm
          sources: [data sheet of March 2026]
          decides: Ann Example

        """

    private func spec(_ texts: [String], captions: [String] = [], brief: String = Self.brief) -> String {
        let cues = captions.enumerated().map {
            "{ start: \($0.offset * 3)s, end: \($0.offset * 3 + 3)s, text: \"\($0.element)\" }"
        }
        return "version: 1\n" + brief + "video: { title: Aurora }\nscenes: [ { id: a, duration: 9s, layers: [ "
            + texts.map { "{ text: \"\($0)\" }" }.joined(separator: ", ") + " ], captions: [ "
            + cues.joined(separator: ", ") + " ] } ]\n"
    }

    @Test func becomesClaims() throws {
        let valid = try ValidSpec.read(specText: spec(["Meet Aurora"]), specName: "a.video.yaml")
        let video = try resolve(valid, facts: sampleFacts()) { _ in [] }
        let list = claims(of: video, facts: sampleFacts(), places: [])
        #expect(
            list.claims.filter { $0.id.hasPrefix("brief.") }.map { "\($0.id): \($0.text)" } == [
                "brief.promise: the film keeps its promise: Aurora gives your desk the light of the day.",
                "brief.say.1: the film says: it costs 149 dollars", "brief.say.2: the film says: Meet Aurora",
                "brief.show.1: the film shows: the lamp unlit and then lit",
                "brief.not.1: the film neither says nor shows: best in the world",
                "brief.not.2: the film neither says nor shows: cheap",
            ])
        #expect(
            list.claims.allSatisfy {
                $0.id.hasPrefix("brief.") ? $0.kind == .claim && $0.endFrame == video.frames : true
            })
        // Whoever reads that text back has heard it said.
        #expect(list.claims.first { $0.id == "brief.say.2" }?.heldBy == ["a.text.1"])
        #expect(list.claims.count { $0.heldBy != nil } == 1)
        #expect(list.decides == ["Ann Example"] && video.brief?.audience == "people at a desk")
    }

    @Test func aSpecWithoutOneIsAsBefore() throws {
        let valid = try ValidSpec.read(specText: spec(["Meet Aurora"], brief: ""), specName: "a.video.yaml")
        let video = try resolve(valid, facts: sampleFacts()) { _ in [] }
        #expect(video.brief == nil && claims(of: video, facts: sampleFacts(), places: []).decides == nil)
    }

    @Test func whatMustBeSaidIsLookedFor() throws {
        func unsaid(_ texts: [String], _ captions: [String] = []) throws -> [String] {
            try proofread(spec(texts, captions: captions)).filter { $0.id == "P15.unsaid" }.map(\.message)
        }
        #expect(try unsaid(["Meet Aurora", "$149 only"], ["It costs just 149 dollars."]).isEmpty)
        #expect(try unsaid(["Meet Aurora", "$149"], []).isEmpty)
        #expect(
            try unsaid(["Aurora", "$159"]) == [
                "no text, caption or narration says 'it costs 149 dollars': '149 dollars' is missing"
            ])
        // What is split over two times is not said.
        #expect(try unsaid(["$149"], ["Meet", "Aurora"]).isEmpty)
        #expect(try unsaid(["$149"], ["Meet the lamp"]).count == 1)
    }

    /// A text that nobody can see says nothing.
    @Test(arguments: ["opacity: 0", "scale: 0", "animate: { opacity: [{ at: 9s, value: 0 }, { at: 10s, value: 1 }] }"])
    func whatIsNeverSeenIsNotSaid(_ hidden: String) throws {
        func ids(_ field: String) throws -> Set<String> {
            Set(
                try proofread(
                    """
                    version: 1
                    brief: { must_say: [Meet Aurora] }
                    scenes:
                      - { id: a, duration: 3s, layers: [{ text: Meet Aurora, at: [center, 30%]\(field) }, { text: Bye }] }
                    """
                ).map(\.id).filter { ["P15.unsaid", "P08.unseen"].contains($0) })
        }
        #expect(try ids(", \(hidden)") == ["P15.unsaid", "P08.unseen"])
        #expect(try ids("") == [])
    }

    @Test func whatMustNotBeSaidStopsTheBuild() throws {
        let found = try proofread(
            spec(["Meet Aurora", "$149", "The BEST in the world"], captions: ["Cheaper than ever."])
        ).filter { $0.id == "P15.forbidden" }
        #expect(found.count == 1 && found.first?.severity == .error)
        #expect(
            found.first?.message
                == "the text 'The BEST in the world' says 'best in the world', which the brief forbids "
                + "(a.video.yaml:7:14)")
    }
}
