// The order of a build that knows no durations: what leads to a file goes before what judges it, what cannot be shared
// out among workers first.
import EngineFakes
import Graph
import Testing

@Suite struct FirstBuildTests {
    static let pipeline = """
        pipeline: text
        target: "{name}.out"
        stages:
          split: { uses: split, spec: "{name}.txt" }
          look:  { uses: draw, each: $split.parts, prefix: look }
          draw:  { uses: draw, each: $split.parts }
          code:  { uses: code, each: $draw.frames, pixels: $draw.pixels }
          alone: { uses: letter, text: "{name}.txt" }
          join:  { uses: join, streams: $code, header: $split, output: "{name}.out" }
          sound: { uses: mix, from: [$alone, "{name}.txt"], output: "{name}.mix" }
          count: { uses: code, each: $look.frames, pixels: $look.pixels }

        """

    @Test func filesComeBeforeWhatJudgesThem() throws {
        let world = try Probe.workspace(Self.pipeline)
        try world.write("a.txt", "one\ntwo\nthree\n")
        world.jobs = 1
        let build = try world.build("a.out")
        #expect(build.result.status == .done, "\(build.result.diagnostics)")
        let order = build.seen.ran.map { $0.split(separator: ":")[1] }
        let join = try #require(order.firstIndex(of: "join")), alone = try #require(order.firstIndex(of: "alone"))
        for judge in ["look[0]", "count[2]"] {
            #expect(try #require(order.firstIndex { $0 == judge }) > join, "\(order)")
        }
        #expect(alone < (try #require(order.firstIndex { $0 == "draw[0]" })), "\(order)")
    }
}
