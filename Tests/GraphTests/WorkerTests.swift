// Workers that die, lie and hang.
import Diagnostics
import EngineFakes
import Files
import Glibc
import Graph
import Processes
import Store
import Testing

@Suite struct WorkerTests {
    @Test(
        arguments: [
            ("crash", "a.out:draw[1]: the worker was killed by SIGSEGV", "last output: about to crash"),
            ("leave", "a.out:draw[1]: the worker ended with status 3", nil),
            ("garbage", "a.out:draw[1]: the worker's answer is not a reply: 'this is no reply'", nil),
            ("escape", "a.out:draw[1] names an output outside its folder: '../../../etc/passwd'", nil),
        ] as [(String, String, String?)])
    func failsOneNode(_ how: String, _ message: String, _ hint: String?) throws {
        let world = try Probe.workspace()
        try world.write("a.txt", "one\n\(how)\nthree\nfour\n")
        let build = try world.build("a.out") { $0.keepGoing = how == "escape" }
        #expect(build.result.status == .failed && build.result.failed == 1)
        #expect(build.result.diagnostics.map(\.message) == [message])
        let ids = ["crash": "worker-died", "leave": "worker-died", "garbage": "worker-garbage"]
        #expect(build.result.diagnostics.map(\.id) == [ids[how] ?? "output-outside"])
        #expect(build.result.diagnostics.first?.hint == hint)
        // The build went on with the others.
        #expect(
            Set(build.seen.ran).isSuperset(of: ["a.out:draw[0]", "a.out:draw[2]", "a.out:draw[3]", "a.out:code[3]"]))
        #expect(build.result.skipped == 3)
        #expect(try Folder.names(world.cache + "/tmp") == [])
        try world.write("a.txt", "one\ngood\nthree\nfour\n")
        #expect(try world.build("a.out").result.ran == 1 + 2 + 2)
    }

    @Test func missingWorker() throws {
        let world = try FakeWorkspace(worker: "/nowhere/worker")
        try world.write("a.txt", "one\n")
        do {
            try world.build("a.out")
            Issue.record("built without a worker")
        } catch let error as Diagnostics {
            #expect(
                error.all.map(\.message) == ["cannot start the worker '/nowhere/worker': no such file or directory"])
            #expect(error.all.map(\.id) == ["worker-missing"])
        }
        let other = try FakeWorkspace(worker: "/bin/true")
        try other.write("a.txt", "one\n")
        do {
            try other.build("a.out")
            Issue.record("built with /bin/true")
        } catch let error as Diagnostics {
            #expect(
                error.all.map(\.message) == [
                    "the worker '/bin/true' did not report its tools: its answer is not a report"
                ])
            #expect(error.all.map(\.id) == ["worker-tools"])
        }
    }

    /// An interrupted build ends within 200 ms, leaves no scratch and no process, and what was done stays done.
    @Test func interruption() throws {
        let world = try Probe.workspace()
        try world.write("a.txt", "one\nhang\n")
        try world.writeAsBuilt("a.out", "the old one")
        let interruption = try #require(Interruption())
        final class Trigger: BuildObserver {
            let interruption: Interruption
            var asked = 0.0
            init(_ interruption: Interruption) { self.interruption = interruption }
            func observe(_ event: BuildEvent) {
                guard case .ran(let node, _) = event, node.id == "a.out:code[0]" else { return }
                asked = monotonicSeconds()
                interruption.trigger()
            }
        }
        let trigger = Trigger(interruption)
        let result = try world.builder().run(
            world.request(["a.out"]), observer: trigger, interruption: interruption, catchSignals: false)
        #expect(monotonicSeconds() - trigger.asked < 0.4, "200 ms, and as much for a busy machine")
        #expect(result.status == .interrupted && world.read("a.out") == "the old one")
        #expect(try Folder.names(world.cache + "/tmp") == [])
        try world.write("a.txt", "one\nback\n")
        let build = try world.build("a.out")
        #expect(build.result.status == .done && build.seen.hits.contains("a.out:draw[0]"))
    }
}
