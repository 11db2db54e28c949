// `vgraph check` ends with a report in every format, whatever becomes of its worker.
import Foundation
import TestSupport
import Testing

@Suite struct UnfinishedCheckTests {
    /// A worker that does what the script says once it has a job.
    private func world(_ script: String) throws -> (Workspace, environment: [String: String]) {
        let workspace = try Workspace([
            "film.mp4": "not looked at", "bin/worker": "#!/bin/bash\nread -r job\n" + script + "\n",
        ])
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: workspace.path("bin/worker"))
        return (workspace, ["VGRAPH_WORKER": workspace.path("bin/worker")])
    }

    @Test(arguments: ["kill -ABRT $$", "kill -KILL $$", "exit 3", "echo no reply; sleep 600", "exec >&-; sleep 600"])
    func everyFormat(_ script: String) throws {
        let (workspace, environment) = try world(script)
        defer { workspace.remove() }
        for (format, sign) in [
            ("text", "FAIL            D01"), ("json", "\"id\":\"D01\""), ("junit", "<failure"), ("sarif", "\"ruleId\""),
            ("github", "::error file=film.mp4"),
        ] {
            let run = try workspace.vgraph("check", "--format", format, "film.mp4", environment: environment)
            #expect(run.status == 3, "\(format) after '\(script)': \(run.err)")
            #expect(run.out.contains(sign) && run.out.contains("the worker"), "\(format): \(run.out)")
        }
        let json = try workspace.vgraph("check", "--json", "film.mp4", environment: environment).done
        #expect(json["passed"] as? Bool == false && json["bytes"] as? Int == 13)
        #expect((json["sha256"] as? String)?.count == 64)
    }

    /// With a table to be had, each check of it is there, and none but D01 has been run.
    @Test func allOfTheTable() throws {
        let real = Repository.binary("vgraph-worker")
        let (workspace, environment) = try world(
            "case $job in *'\"inspect\"'*) kill -ABRT $$;; esac; printf '%s\\n' \"$job\" | exec '\(real)'")
        defer { workspace.remove() }
        let report = try workspace.vgraph("check", "--json", "film.mp4", environment: environment).done
        let results = report["results"] as? [[String: Any]] ?? []
        #expect(results.count >= 13, "\(results.count)")
        #expect(results.allSatisfy { $0["verdict"] as? String == ($0["id"] as? String == "D01" ? "fail" : "not_run") })
    }

    /// One that is stopped is not waited for without end.
    @Test(.timeLimit(.minutes(2))) func aStoppedWorker() throws {
        let (workspace, environment) = try world("kill -STOP $$")
        defer { workspace.remove() }
        let begun = Date()
        let run = try workspace.vgraph("check", "--json", "film.mp4", environment: environment)
        #expect(run.status == 3 && run.out.contains("did nothing for 12 s"), "\(run.out) \(run.err)")
        #expect(Date().timeIntervalSince(begun) < 60)
    }
}
