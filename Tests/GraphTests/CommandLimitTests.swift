// Programs that do not end, do not stop talking, or want too much.
import Diagnostics
import Files
import Glibc
import Graph
import Processes
import Programs
import Store
import TestSupport
import Testing

@Suite struct CommandLimitTests {
    static var states: [Sandbox.State] { CommandWorld.states }

    @Test(arguments: states) func timeout(_ state: Sandbox.State) throws {
        let world = try CommandWorld()
        let run = try world.run(CommandWorld.shell("echo begun; sleep 600; echo over") { $0.timeout = 0.5 }, in: state)
        #expect(run.end.how == .timedOut && run.seconds >= 0.5 && run.seconds < 5)
        let command = CommandWorld.shell("trap '' TERM; echo begun; sleep 600; sleep 600") { $0.timeout = 3 }
        let problem = try #require(try world.problems(command, in: state).first)
        #expect(problem.id == "program-timeout" && problem.message.hasSuffix("reached its timeout of 3 s"))
        #expect(problem.hint?.hasSuffix("last output: begun") == true)
    }

    @Test(arguments: [Double.nan, .infinity, -1, 0, 1e300]) func timeoutsOfNoSense(_ seconds: Double) throws {
        let run = try CommandWorld().run(
            CommandWorld.shell("sleep 0.2") {
                $0.timeout = seconds; $0.cpuTime = seconds
            }, in: .none(reason: ""))
        #expect(run.end.how == (seconds <= 0 ? .timedOut : .exit(0)))
    }

    @Test(arguments: states) func processorTime(_ state: Sandbox.State) throws {
        let world = try CommandWorld()
        // In the program itself, and in what it started.
        for command in [
            CommandWorld.python("while True: pass") { $0.cpuTime = 0.5 },
            CommandWorld.shell("python3 -c 'while True: pass'; exit $?") { $0.cpuTime = 0.5 },
        ] {
            let run = try world.run(command, in: state)
            #expect(run.end.how == .usedUpCPU && run.end.cpu > 0.7 && run.end.cpu < 3, "\(run.end.how) \(run.end.cpu)")
        }
    }

    @Test(arguments: states) func memory(_ state: Sandbox.State) throws {
        let world = try CommandWorld()
        let script = "x = bytearray(300 << 20); print(len(x))"
        #expect(try world.run(CommandWorld.python(script), in: state).end.peakMemory > 300 << 20)
        let problems = try world.problems(CommandWorld.python(script) { $0.memory = 100 << 20 }, in: state)
        #expect(problems.map(\.id) == ["program-failed"])
        #expect(problems.first?.hint?.contains("MemoryError; memory limit 100 MB; peak use ") == true, "\(problems)")
        // Room that is only reserved costs nothing.
        let reserves =
            "import mmap; m = mmap.mmap(-1, 1 << 34, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, "
            + "prot=mmap.PROT_READ); print(len(m))"
        #expect(try world.run(CommandWorld.python(reserves) { $0.memory = 100 << 20 }, in: state).end.how == .exit(0))
    }

    /// In one file and in many, in a file that has lost its name, and in what is temporary; what was there before does
    /// not count.
    @Test(arguments: states) func disk(_ state: Sandbox.State) throws {
        let world = try CommandWorld()
        for script in [
            "for i in 1 2 3 4 5 6; do head -c 10000000 /dev/zero > f$i; sleep 0.05; done; sleep 9",
            "mkdir -p $TMPDIR/a/b; for i in 1 2 3 4 5 6; do head -c 10000000 /dev/zero > $TMPDIR/a/b/$i; done; sleep 9",
            "exec 9>x 8>y 7>z; rm x y z; for i in 9 8 7; do head -c 15000000 /dev/zero >&$i; done; sleep 9",
            "head -c 50000000 /dev/zero > big; exit $?",
        ] {
            let problems = try world.problems(CommandWorld.shell(script) { $0.disk = 30 << 20 }, in: state)
            #expect(
                problems.first?.id == "program-disk-limit"
                    || problems.first?.hint?.contains("disk limit 30 MB") == true, "\(script): \(problems)")
        }
        #expect(
            try world.run(
                CommandWorld.shell("head -c 20000000 /dev/zero > f; ln f g; ln f h; sleep 0.5") { $0.disk = 30 << 20 },
                in: state
            ).end.how == .exit(0))
        if case .bubblewrap = state {
            let shared = CommandWorld.shell(
                "for i in 1 2 3 4; do head -c 10000000 /dev/zero > /dev/shm/$i; done; sleep 9"
            ) { $0.disk = 30 << 20 }
            #expect(try world.problems(shared, in: state).map(\.id) == ["program-disk-limit"])
        }
    }

    /// What children have counts as well, each of them below the limit.
    @Test(arguments: states) func limitsOfAllTogether(_ state: Sandbox.State) throws {
        let world = try CommandWorld()
        let memory = CommandWorld.shell(
            "for i in 1 2 3 4; do python3 -c 'b = b\"x\" * (60 << 20); import time; time.sleep(9)' & done; wait"
        ) { $0.memory = 100 << 20 }
        let problems = try world.problems(memory, in: state)
        #expect(problems.map(\.id) == ["program-memory-limit"], "\(problems)")
        let time = CommandWorld.shell(
            "for i in 1 2 3 4 5 6; do timeout 0.8 sh -c 'while :; do :; done'; done; echo over"
        ) { $0.cpuTime = 1 }
        #expect(try world.run(time, in: state).end.how == .usedUpCPU)
        if case .bubblewrap = state {
            let files = CommandWorld.shell(
                "head -c 90000000 /dev/zero > /dev/shm/x; python3 -c 'b = b\"x\" * (60 << 20); import time; "
                    + "time.sleep(9)'"
            ) { $0.memory = 100 << 20 }
            #expect(try world.problems(files, in: state).map(\.id) == ["program-memory-limit"])
            let full = CommandWorld.shell("head -c 200000000 /dev/zero > /dev/shm/x") { $0.memory = 100 << 20 }
            #expect(try world.problems(full, in: state).first?.hint?.contains("No space left") == true)
        }
    }

    @Test(arguments: states) func fiveMegabytesOfWords(_ state: Sandbox.State) throws {
        let run = try CommandWorld().run(
            CommandWorld.python(
                """
                import sys
                print("first")
                for i in range(5 * 64): sys.stdout.write(("%04d " % i) * (1 << 14) )
                print("\\nlast")
                """), in: state)
        #expect(run.end.how == .exit(0))
        let log = run.log
        #expect(log.hasPrefix("first\n0000 ") && log.hasSuffix("0319 \nlast\n"))
        let total = 6 + 5 * 64 * 5 * (1 << 14) + 6
        #expect(log.contains("\n[\(total - (1 << 20)) bytes left out]\n"))
        #expect(log.utf8.count > 1 << 20 && log.utf8.count < (1 << 20) + 100)
    }

    /// A program that never stops printing is stopped by its timeout, and keeps nobody else from being heard.
    @Test func aProgramThatPrintsForEver() throws {
        let world = try CommandWorld(), pool = CommandPool(sandbox: .none(reason: ""))
        try pool.start(job: 1, CommandWorld.shell("yes") { $0.timeout = 1 }, scratch: world.cache.makeScratch())
        try pool.start(job: 2, CommandWorld.shell("sleep 0.1"), scratch: world.cache.makeScratch())
        let begun = monotonicSeconds()
        var ends: [Int] = []
        while ends.count < 2 && monotonicSeconds() - begun < 10 {
            for case .ended(let job, let end) in CommandWorld.step(pool) {
                ends.append(job)
                if job == 1 { #expect(end.how == .timedOut && end.log.count < 1 << 21) }
            }
        }
        #expect(ends == [2, 1])
        #expect(pool.isEmpty)
    }

    /// Neither a child that holds the pipe nor one that ignores all signals outlives its program.
    @Test(arguments: states) func grandchildren(_ state: Sandbox.State) throws {
        let world = try CommandWorld()
        let mark = "314159.\(UInt32.random(in: 0...UInt32.max))"
        let run = try world.run(
            CommandWorld.shell("(trap '' TERM HUP; sleep \(mark)) & echo started; exit 0"), in: state)
        #expect(run.end.how == .exit(0) && run.seconds < 5 && run.log == "started\n")
        #expect(!ProcessTable.hasCommand(mark))
        // In a sandbox not even one in a session of its own.
        if run.end.wasSandboxed {
            let run = try world.run(CommandWorld.shell("setsid -f sleep \(mark); echo started"), in: state)
            #expect(run.end.how == .exit(0) && run.seconds < 5)
            #expect(!ProcessTable.hasCommand(mark))
        }
    }

    /// Asked to, a pool of programs that do not want to end is empty within 200 ms.
    @Test(arguments: states) func stop(_ state: Sandbox.State) throws {
        let world = try CommandWorld(), pool = CommandPool(sandbox: state)
        let mark = "271828.\(UInt32.random(in: 0...UInt32.max))"
        for job in 0..<4 {
            try pool.start(
                job: job, CommandWorld.shell("trap '' TERM; while true; do sleep \(mark); done"),
                scratch: world.cache.makeScratch())
        }
        let begun = monotonicSeconds()
        while monotonicSeconds() - begun < 0.5 { _ = CommandWorld.step(pool) }
        let asked = monotonicSeconds()
        pool.stop(patience: 0.1)
        #expect(monotonicSeconds() - asked < 0.4, "200 ms, and as much for a busy machine")
        #expect(pool.isEmpty)
        // What was killed is gone when the kernel gets to it.
        try until("what was killed is gone", within: asked + 2 - monotonicSeconds()) { !ProcessTable.hasCommand(mark) }
    }

    /// Those that listen are not kept waiting for.
    @Test func stopOfTheWilling() throws {
        let world = try CommandWorld(), pool = CommandPool(sandbox: .none(reason: ""))
        for job in 0..<4 {
            try pool.start(job: job, CommandWorld.shell("sleep 600"), scratch: world.cache.makeScratch())
        }
        let asked = monotonicSeconds()
        pool.stop(patience: 5)
        #expect(monotonicSeconds() - asked < 1)
    }

    /// Descriptors and processes are given back.
    @Test(arguments: states) func nothingLeaks(_ state: Sandbox.State) throws {
        let world = try CommandWorld()
        func mine() throws -> [String] {
            try Folder.names("/proc/self/fd")!.compactMap { name in
                var buffer = [UInt8](repeating: 0, count: 4096)
                let count = buffer.withUnsafeMutableBytes {
                    readlink("/proc/self/fd/" + name, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
                }
                return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
            }.filter { $0.contains(world.root) }
        }
        let before = try mine(), pool = CommandPool(sandbox: state)
        for job in 0..<20 {
            let scratch = try world.cache.makeScratch()
            try pool.start(job: job, CommandWorld.shell("echo \(job)"), scratch: scratch)
            _ = try CommandWorld.end(of: job, in: pool)
            Folder.remove(scratch)
        }
        #expect(try mine() == before)
        #expect(try Folder.names(world.cache.root + "/tmp") == [])
    }
}
