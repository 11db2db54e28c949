// The worker on a machine with nothing: a bundle runs in an empty root, and what it makes there has the bytes that are
// made here.
import Diagnostics
import Digests
import Foundation
import Stages
import TestSupport
import Testing
import Travel
import Work

@Suite struct BundleTests {
    private static let hasSandbox: Bool =
        ((try? Program.run(["bwrap", "--unshare-all", "--bind", "/", "/", "true"], in: "/"))?.status ?? 1) == 0

    @Test func aBundleHasItsNameFromItsBytes() throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        let first = try workspace.vgraph("bundle", "--tar", workspace.path("a.tar"), "--json")
        let second = try workspace.vgraph("bundle", "--tar", workspace.path("b.tar"), "--json")
        #expect(first.status == 0 && first.out == second.out, "\(first.err)")
        #expect(try workspace.bytes("a.tar") == workspace.bytes("b.tar"))
        let listed = try Workspace.run("tar", ["tf", workspace.path("a.tar")], in: workspace.folder)
        let names = listed.out.split(separator: "\n").map(String.init)
        let files = (first.done["files"] as? [[String: Any]] ?? []).compactMap { $0["path"] as? String }
        #expect(names == files && names == names.sorted() && names.contains("bin/vgraph-worker"))
        #expect(!names.contains { $0.hasPrefix("/") || $0.contains("..") })

        let refused = try workspace.vgraph("bundle", workspace.path("."))
        #expect(refused.status == 2 && refused.err.contains("[bundle-taken]"), "\(refused.err)")
    }

    /// The jobs that a build gave to its workers, with what a job that travels takes along.
    private static func jobs(in workspace: Workspace, of target: String) throws -> [Job] {
        // A worker that notes what it is asked.
        try workspace.write(
            "worker",
            """
            #!/bin/sh
            if [ $# -gt 0 ]; then exec '\(Repository.binary("vgraph-worker"))' "$@"; fi
            tee '\(workspace.path("asked"))'.$$ | '\(Repository.binary("vgraph-worker"))'

            """)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: workspace.path("worker"))
        let built = try workspace.vgraph("build", target, environment: ["VGRAPH_WORKER": workspace.path("worker")])
        #expect(built.status == 0, "\(built.err)")
        let files = try FileManager.default.contentsOfDirectory(atPath: workspace.folder.path)
        return try files.filter { $0.hasPrefix("asked.") }.flatMap { file in
            try workspace.text(file).split(separator: "\n").compactMap { line in
                var job = try JSONDecoder().decode(Job.self, from: Data(line.utf8))
                guard let reads = Stages.all.first(where: { $0.name == job.stage })?.reads else { return nil }
                job.reads = try reads(job)
                return job
            }
        }
    }

    /// What is expensive makes, in a root with the bundle and the job's folder alone, what it makes here.
    @Test func jobsMakeTheSameBytesInAnEmptyRoot() throws {
        guard Self.hasSandbox else { return print("skipped: bubblewrap does not work here") }
        let workspace = try Workspace(["film.video.yaml": PinnedBuild.spec])
        defer { workspace.remove() }
        try PinnedBuild.writeAssets(in: workspace)
        let jobs = try Self.jobs(in: workspace, of: "film.mp4"), made = try PinnedBuild.made(in: workspace)
        let bundle = workspace.path("bundle")
        #expect(try workspace.vgraph("bundle", bundle).status == 0)
        var stages: Set<String> = []
        for (number, job) in jobs.enumerated() {
            let travelling = try TravellingJob(job), root = "run/\(number)/"
            for (place, file) in travelling.files {
                try workspace.write(root + place, Array(Data(contentsOf: URL(filePath: file))))
            }
            try workspace.write(root + JobPlaces.job, travelling.job)
            for folder in ["bin", "lib", "etc", "fonts", "proc", "dev"] {
                try FileManager.default.createDirectory(
                    atPath: workspace.path(root + folder), withIntermediateDirectories: true)
            }
            let binds = ["bin", "lib", "etc", "fonts"].flatMap { ["--ro-bind", bundle + "/" + $0, "/" + $0] }
            let run = try Program.run(
                ["bwrap", "--unshare-all", "--clearenv", "--bind", workspace.path(root), "/"] + binds
                    + ["--proc", "/proc", "--dev", "/dev", "--chdir", "/", "lib/ld-linux-x86-64.so.2"]
                    + ["--library-path", "lib", "bin/vgraph-worker", "--job"], in: bundle)
            #expect(run.status == 0, "\(job.node): \(run.out) \(run.err)")
            let results = try FileManager.default.contentsOfDirectory(atPath: workspace.path(root + JobPlaces.results))
            let reply = try travelling.reply(
                Array(workspace.bytes(root + JobPlaces.results + "/" + JobPlaces.reply)), results: Set(results),
                fonts: Self.machineFonts(bundle))
            let here = try #require(made.first { $0.node == job.node && $0.stage == job.stage })
            let outcome = try #require(reply.outcome)
            try Self.expect(outcome, in: workspace, root + JobPlaces.results + "/", equals: here, job.node)
            let found =
                outcome.discovered.map { $0.path + " " + ($0.digest?.hex ?? "") }
                + (outcome.answers ?? []).map { $0.question + " " + $0.answer }
            #expect(found == here.found, "\(job.node)")
            stages.insert(job.stage)
        }
        // encode and measure are done beside render.
        let expected: Set = ["render", "contrast", "audio", "mux", "check"]
        #expect(stages.isSuperset(of: expected), "\(stages.sorted())")
    }

    /// One that fails keeps the others' results, and says so by its reply and the status.
    @Test func jobsThatShareAFolderHaveTheirOwnReplies() throws {
        let workspace = try Workspace(["film.video.yaml": PinnedBuild.spec])
        defer { workspace.remove() }
        try PinnedBuild.writeAssets(in: workspace)
        let all = try Self.jobs(in: workspace, of: "film.mp4")
        var jobs = ["contrast", "render", "audio"].compactMap { stage in all.first { $0.stage == stage } }
        try #require(jobs.count == 3)
        let broken = try #require(jobs[1].inputs.firstIndex { $0.slot == "segment" })
        try workspace.write("broken.json", "{")
        jobs[1].inputs[broken].path = workspace.path("broken.json")
        let travelling = try jobs.enumerated().map { try TravellingJob($1, number: $0) }
        for job in travelling {
            for (place, file) in job.files {
                try workspace.write("run/" + place, Array(Data(contentsOf: URL(filePath: file))))
            }
            try workspace.write("run/" + job.place, job.job)
        }
        let run = try Program.run(
            [Repository.binary("vgraph-worker"), "--job", workspace.path("run")], in: workspace.folder.path)
        #expect(run.status == 1, "\(run)")
        let made = try PinnedBuild.made(in: workspace)
        for (number, job) in travelling.enumerated() {
            let results = "run/" + JobPlaces.results + "/" + JobPlaces.prefix(number)
            let names = try FileManager.default.contentsOfDirectory(atPath: workspace.path(results))
            let reply = try job.reply(
                Array(workspace.bytes(results + JobPlaces.reply)), results: Set(names),
                fonts: Self.fonts(reply: results, workspace))
            guard number != 1 else {
                #expect(reply.outcome == nil && reply.failure?.isEmpty == false)
                continue
            }
            let here = try #require(made.first { $0.node == jobs[number].node && $0.stage == jobs[number].stage })
            let outcome = try #require(reply.outcome)
            try Self.expect(outcome, in: workspace, results, equals: here, jobs[number].node)
            #expect((reply.wall ?? 0) > 0 && (reply.cpu ?? 0) > 0)
        }
    }

    /// Whether a job made what the node has here.
    private static func expect(
        _ outcome: Outcome, in workspace: Workspace, _ results: String, equals here: PinnedBuild.Made,
        _ node: String
    ) throws {
        for output in here.outputs {
            let digests = try (outcome.outputs[output.name] ?? []).map {
                Digest.of(Array(try workspace.bytes(results + $0))).hex
            }
            #expect(digests == output.digests, "\(node): \(output.name)")
        }
    }

    /// The fonts that a reply names: this machine's.
    private static func fonts(reply folder: String, _ workspace: Workspace) throws -> [String] {
        let reply = try JSONDecoder().decode(Reply.self, from: workspace.bytes(folder + JobPlaces.reply))
        return reply.outcome?.discovered.map(\.path).filter { $0.hasPrefix("/") } ?? []
    }

    private static func machineFonts(_ bundle: String) -> [String] {
        let folder = bundle + "/" + WorkerParts.fontFolder
        return (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).map { "/" + $0 }
    }

    /// What a machine that is not ours sends back counts only as far as it is about this job.
    @Test func whatComesBackIsNotTrusted() throws {
        var job = Job(id: 7, stage: "render", node: "a.mp4:render[0]", workspace: "/w", scratch: "/s")
        job.reads = ["pictures/a.png"]
        let travelling = try TravellingJob(job)
        func refusal(_ reply: String) -> String? {
            do throws(TravellingJob.Refused) {
                _ = try travelling.reply(Array(reply.utf8), results: ["frames.json"], fonts: ["/f/a.ttf"])
                return nil
            } catch { return error.reason }
        }
        func outcome(_ outputs: String, _ discovered: String = "") -> String {
            #"{"id":0,"outcome":{"outputs":{\#(outputs)},"discovered":[\#(discovered)],"diagnostics":[]}}"#
        }
        let digest = String(repeating: "0", count: 32)
        #expect(refusal(outcome(#""frames":["frames.json"]"#)) == nil)
        #expect(refusal(outcome("", #"{"path":"/f/a.ttf","digest":"\#(digest)"}"#)) == nil)
        #expect(refusal(outcome("", #"{"path":"pictures/a.png","digest":"\#(digest)"}"#)) == nil)
        #expect(refusal(outcome("", #"{"path":"/etc/passwd","digest":"\#(digest)"}"#))?.contains("not sent") == true)
        for name in ["../frames.json", "/frames.json", ".", "", "pixels.bin", "a/b"] {
            #expect(refusal(outcome(#""frames":["\#(name)"]"#))?.contains("did not come") == true, "\(name)")
        }
        for text in ["", "{}", "[]", #"{"id":0}"#, #"{"id":0,"failure":[]}"#] { #expect(refusal(text) != nil) }

        for name in ["../a", "/etc/passwd", "a/../../b", "brand:../x", "other:a.png", ""] {
            job.reads = [name]
            let error = #expect(throws: Diagnostic.self) { try TravellingJob(job) }
            #expect(error?.id == "job-folder", "\(name)")
        }
    }

    /// What cannot be taken along as it is, is refused: a bundle never has less than the worker uses.
    @Test func nothingIsLeftOutInSilence() throws {
        let folder = TemporaryFolder()
        try folder.write("a/libx.so", "1")
        try folder.write("b/libx.so", "2")
        try folder.write("w", "3")
        func id(_ libraries: [String], fonts: [String] = []) -> String? {
            let parts = WorkerParts(
                program: folder("w"), loader: folder("w"), libraries: libraries.map { folder($0) },
                fonts: fonts, fontConfiguration: "")
            do throws(Diagnostics) {
                _ = try WorkerBundle(parts)
                return nil
            } catch { return error.all.first?.id }
        }
        #expect(id(["a/libx.so"]) == nil)
        #expect(id(["a/libx.so", "b/libx.so"]) == "bundle-twice")
        #expect(id(["c/libx.so"]) == "bundle-file")
        #expect(id([], fonts: ["/no/such/font.ttf"]) == "bundle-file")

        // Rules of fontconfig that are not plain text.
        #expect(BundleProblem.fonts(reason: "").diagnostic.id == "bundle-fonts")
        try folder.write("fonts.conf", "<fontconfig><!-- no --><dir>/usr/share/fonts</dir><![CDATA[ ]]></fontconfig>")
        let worker = Repository.binary("vgraph-worker")
        let run = try Program.run(
            [worker, "--parts"], in: folder.path,
            environment: Program.environment.merging(["FONTCONFIG_FILE": folder("fonts.conf")]) { $1 })
        #expect(run.status == 1 && run.err.contains("cannot take the machine's fonts along"), "\(run.err)")

        let none = try Program.run([worker, "--job", folder("a")], in: folder.path)
        #expect(none.status == 2 && none.err.contains("does not hold a job"), "\(none.err)")
    }
}
