// Families of segments drawn as one node a state.
import EngineFakes
import Graph
import Testing

@Suite struct GraphFoldingTests {
    private func lines(_ count: Int) -> [String] { (0..<count).map { "line \($0)" } }

    @Test func nodesOfOneStateBecomeOne() throws {
        let world = try Probe.workspace()
        var text = lines(12)
        try world.write("a.txt", text.joined(separator: "\n") + "\n")
        try world.build("a.out")
        text[3] = "another"
        text[7] = "and another"
        try world.write("a.txt", text.joined(separator: "\n") + "\n")
        try world.build("a.out:split")
        let view = try world.builder().graph(world.request(["a.out"]))
        #expect(view.nodes.count == 3 + 24)
        let folded = view.folded()
        #expect(
            folded.nodes.map(\.id) == [
                "a.out:split", "a.out:draw[0…2,4…6,8…11]", "a.out:draw[3,7]", "a.out:code[0…2,4…6,8…11]",
                "a.out:code[3,7]",
                "a.out:join", "a.out:judge",
            ])
        #expect(folded.nodes.map(\.state) == [.hit, .hit, .stale, .hit, .unknown, .unknown, .unknown])
        #expect(
            folded.edges.filter { $0.to == "a.out:join" } == [
                GraphView.Edge(from: "a.out:code[0…2,4…6,8…11]", to: "a.out:join", slot: "streams"),
                GraphView.Edge(from: "a.out:code[3,7]", to: "a.out:join", slot: "streams"),
                GraphView.Edge(from: "a.out:split", to: "a.out:join", slot: "header"),
            ])
        let ids = Set(folded.nodes.map(\.id))
        #expect(folded.edges.allSatisfy { ids.contains($0.from) && ids.contains($0.to) })
        #expect(
            !folded.edges.contains { $0.from == "a.out:draw[3,7]" && $0.to.contains("…") },
            "an element takes its own element alone")
    }

    @Test func aSmallFamilyStaysAsItIs() throws {
        let world = try Probe.workspace()
        try world.write("a.txt", lines(4).joined(separator: "\n") + "\n")
        try world.build("a.out")
        let view = try world.builder().graph(world.request(["a.out"]))
        #expect(view.folded().nodes.map(\.id) == view.nodes.map(\.id) && view.folded().edges == view.edges)
        #expect(view.folded(above: 3).nodes.count == 5)
    }

    /// A name that lists every second of hundreds would be no name.
    @Test func longListsAreCut() throws {
        let world = try Probe.workspace()
        try world.write("a.txt", lines(40).joined(separator: "\n") + "\n")
        try world.build("a.out")
        try world.write(
            "a.txt", lines(40).enumerated().map { $0 % 2 == 0 ? $1 : $1 + " new" }.joined(separator: "\n") + "\n")
        try world.build("a.out:split")
        let ids = try world.builder().graph(world.request(["a.out"])).folded().nodes.map(\.id)
        #expect(
            ids.contains("a.out:draw[0,2,4,6,8,… 20 in all]") && ids.contains("a.out:draw[1,3,5,7,9,… 20 in all]"),
            "\(ids)")
    }
}
