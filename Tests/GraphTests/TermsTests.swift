// Results that count for a while, or never, and failures that are tried again.
import Diagnostics
import EngineFakes
import Glibc
import Graph
import Processes
import Store
import TestSupport
import Testing

@Suite struct TermsTests {
    private func world(_ terms: String, _ script: String) throws -> FakeWorkspace {
        let world = try Probe.workspace()
        try world.write(
            "pipelines/text.yaml",
            "pipeline: t\ntarget: out.txt\nstages:\n  s: { run: [sh, -c, "
                + "'\(script.replacing("COUNT", with: world.root + "/count"))', $out], \(terms)output: s.txt }\n"
                + "  last: { run: [cp, $s, $out], output: out.txt }\n")
        return world
    }

    private func runs(_ world: FakeWorkspace) -> Int {
        world.read(world.root + "/count")?.split(separator: "\n").count ?? 0
    }

    private func build(_ world: FakeWorkspace) throws -> BuildResult {
        try world.build("out.txt") { $0.sandbox = false }.result
    }

    private func refusal(_ terms: String) throws -> Diagnostic? {
        do { _ = try build(try world(terms, "true")); return nil } catch let error as Diagnostics {
            return error.all.first
        }
    }

    @Test func neverKept() throws {
        let world = try world("cache: false, ", "echo x >> COUNT; echo same > \"$0\"")
        for round in 1...3 {
            let result = try build(world)
            #expect(
                result.status == .done && runs(world) == round && result.ran == (round == 1 ? 2 : 1),
                "what comes out the same stops it")
            #expect(world.upToDate("out.txt") == nil)
        }
        // To be looked at it is there.
        #expect(
            try world.builder().artifacts(world.request([]), target: "out.txt", stage: "s", output: "out").count == 1)
        #expect(try world.builder().why(world.request(["out.txt"])).first?.why == ["it is never kept"])
    }

    @Test func olderThanItMayBe() throws {
        let world = try world("max_age: 4s, ", "echo x >> COUNT; wc -l < COUNT > \"$0\"")
        #expect(try build(world).ran == 2 && build(world).ran == 0 && runs(world) == 1)
        age(5)
        #expect(try build(world).ran == 2 && world.read("out.txt") == "2\n")
        let long = try self.world("max_age: 1d, ", "echo x >> COUNT; echo 1 > \"$0\"")
        #expect(try build(long).ran == 2 && build(long).ran == 0)
        #expect(!isDue(long), "until then nothing is to do")
    }

    /// Whether the next build has to look.
    private func isDue(_ world: FakeWorkspace) -> Bool {
        var request = world.request(["out.txt"])
        request.sandbox = false
        return request.stateRequest(worker: world.worker).upToDate(cache: world.cache) == nil
    }

    /// Age is what is tested, and a result has no event for it. A state file that is too young to be trusted looks as
    /// if it were due, so asking would end too early.
    private func age(_ seconds: UInt32) { sleep(seconds) }

    /// What does not depend on time is not looked at for it, and what does is looked at, also beside an edit elsewhere.
    @Test(arguments: ["cache: false, ", "max_age: 3s, "]) func besideTheRest(_ terms: String) throws {
        let world = try Probe.workspace()
        let count = world.root + "/count"
        var stages =
            "  s: { run: [sh, -c, 'echo x >> \(count); wc -l < \(count) > \"$0\"', $out], \(terms)output: s.txt }\n"
        for index in 0..<30 {
            stages += "  r\(index): { run: [cp, $in, $out], inputs: [r\(index).txt], output: r\(index).out }\n"
        }
        try world.write(
            "pipelines/text.yaml",
            "pipeline: t\ntarget: out.txt\nstages:\n" + stages + "  last: { run: [cp, $s, $out], output: out.txt }\n")
        for index in 0..<30 { try world.write("r\(index).txt", "\(index)\n") }
        #expect(try build(world).ran == 32)
        age(4)
        for round in 2...3 {
            if round == 3 { try world.write("r7.txt", "other\n") }
            let made = try world.build("out.txt") { $0.sandbox = false }
            #expect(made.result.status == .done && made.result.nodes == 32)
            let isDue = terms.contains("false") || round == 2
            #expect(
                Set(made.seen.ran)
                    == Set((isDue ? ["out.txt:s", "out.txt:last"] : []) + (round == 3 ? ["out.txt:r7"] : [])),
                "\(made.seen.ran)")
            #expect(made.seen.hits.count < 5, "the rest is not even made")
            #expect(
                world.read("out.txt") == (isDue ? "\(round)\n" : "2\n")
                    && world.read("r7.out") == (round == 3 ? "other\n" : "7\n"))
        }
    }

    @Test func triedAgain() throws {
        // Fails once.
        let world = try world("retry: 2, ", "echo x >> COUNT; test $(wc -l < COUNT) -gt 1 && echo done > \"$0\"")
        let begun = monotonicSeconds(), result = try build(world)
        #expect(result.status == .done && runs(world) == 2 && world.read("out.txt") == "done\n" && result.failed == 0)
        #expect(monotonicSeconds() - begun >= 1)
        #expect(result.diagnostics.map(\.id).filter { $0 != "no-sandbox" } == ["tries-again"])
        let never = try self.world("retry: 1, ", "echo x >> COUNT; exit 3")
        #expect(try build(never).status != .done && runs(never) == 2)
        let once = try self.world("", "echo x >> COUNT; exit 3")
        #expect(try build(once).status != .done && runs(once) == 1)
    }

    @Test func notForMoneyUnlessSaid() throws {
        #expect(try refusal("retry: 2, cost: 0.1 USD, ")?.id == "retry-paid")
        #expect(
            try refusal("retry: { times: 2 }, cost: 0.1 USD, ")?.hint
                == "to allow that, write 'retry: { times: 2, paid: true }'")
        let paid = try world("retry: { times: 1, paid: true }, cost: 0.1 USD, ", "echo x >> COUNT; exit 3")
        #expect(try build(paid).status != .done && runs(paid) == 2)
        for terms in ["retry: -1, ", "retry: often, ", "cache: perhaps, ", "max_age: old, ", "retry: { time: 1 }, "] {
            #expect(try refusal(terms)?.place?.line == 4)
        }
    }
}
