// `--check-determinism` on programs of the user's own.
import Diagnostics
import EngineFakes
import Files
import Graph
import Store
import Testing

@Suite struct CommandRepetitionTests {
    private func world(_ run: String, _ more: String = "") throws -> FakeWorkspace {
        let world = try Probe.workspace(
            """
            pipeline: text
            target: "{name}.out"
            stages:
              make: { run: [sh, -c, \(run), $in, $out], inputs: ["{name}.txt"], output: "{name}.out"\(more) }

            """)
        try world.write("a.txt", "one\n")
        return world
    }

    private func checked(_ world: FakeWorkspace) throws -> BuildResult {
        try world.build("a.out") {
            $0.checksDeterminism = true
            $0.sandbox = false
        }.result
    }

    @Test func oneThatRepeatsItselfIsKept() throws {
        // What it prints may differ: nobody's input is made of it.
        let world = try world(#""echo $$$$; tr a-z A-Z < $$0 > $$1""#)
        let result = try checked(world)
        #expect(result.status == .done && result.repeated == 1, "\(result.diagnostics)")
        #expect(world.read("a.out") == "ONE\n")
        #expect(try Folder.names(world.cache + "/tmp") == [])
        #expect(try checked(world).ran == 0)
    }

    @Test func oneThatDoesNotFails() throws {
        let world = try world(#""echo abc $$$$ > $$1""#)
        let result = try checked(world)
        #expect(
            result.status == .failed && result.diagnostics.first?.id == "not-deterministic", "\(result.diagnostics)")
        #expect(
            result.diagnostics.first?.message.contains("stage 'make' gave two results from the same inputs: output '")
                == true)
        #expect(world.read("a.out") == nil)
        #expect(try Folder.names(world.cache + "/tmp") == [])
    }

    @Test func whatIsPaidForRunsOnce() throws {
        let world = try world(#""echo abc $$$$ > $$1""#, ", cost: 0.10 USD")
        let result = try checked(world)
        #expect(result.status == .done && result.repeated == 0, "\(result.diagnostics)")
    }
}
