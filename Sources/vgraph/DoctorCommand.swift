import ArgumentParser
import Diagnostics
import Glibc
import Graph
import Store
import Work

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Say what is installed, which versions, and how to mend what is missing.")

    @OptionGroup var folder: FolderOptions

    private struct Finding {
        var name: String
        var state: String
        /// The command that mends it; nil where all is well.
        var remedy: String?
        /// Without it nothing builds.
        var isNeeded = true
    }

    func run() throws {
        try exiting(json: folder.json) {
            let workspace = try folder.workspace()
            var findings = [Finding(name: "vgraph", state: vgraphVersion)]
            findings += worker()
            let cachePath = try folder.cachePath(workspace: workspace)
            findings.append(cache(cachePath))
            findings.append(sandbox(cachePath))
            findings.append(fonts())
            for (program, package) in [("ffprobe", "ffmpeg"), ("espeak-ng", "espeak-ng"), ("python3", "python3")] {
                let found = located(program)
                findings.append(Finding(name: program, state: found ?? "not installed (only examples and tests use it)",
                                        remedy: found == nil ? "apt-get install \(package)" : nil, isNeeded: false))
            }
            for finding in findings {
                if folder.json {
                    JSONReport.say(["name": .string(finding.name), "state": .string(finding.state), "needed": .bool(finding.isNeeded),
                                    "remedy": finding.remedy.map(Value.string) ?? .null])
                } else {
                    print("\(finding.remedy == nil ? "ok     " : finding.isNeeded ? "MISSING" : "absent ")  \(finding.name): \(finding.state)")
                    if let remedy = finding.remedy { print("         mend it with: \(remedy)") }
                }
            }
            if findings.contains(where: { $0.isNeeded && $0.remedy != nil }) { throw ExitStatus.failed.code }
        }
    }

    private func worker() -> [Finding] {
        let path = Place.workerPathUnchecked()
        guard access(path, X_OK) == 0 else { return [Finding(name: "vgraph-worker", state: "not at \(path)", remedy: ".ci/build")] }
        do {
            let tools = try Builder.tools(worker: path)
            return [Finding(name: "vgraph-worker", state: path)] + tools.sorted { $0.key < $1.key }.map { Finding(name: $0.key, state: $0.value) }
        } catch {
            // What the dynamic linker says names the library: libavcodec.so.59 is in the package libavcodec59.
            let text = error.diagnostic.message + " " + (error.diagnostic.hint ?? "")
            let library = text.firstMatch(of: /(lib[a-z0-9+-]+)\.so\.([0-9]+)/).map { "\($0.1)\($0.2)" }
            return [Finding(name: "vgraph-worker", state: error.diagnostic.message,
                            remedy: library.map { "apt-get install \($0)" } ?? ".ci/setup")]
        }
    }

    private func cache(_ path: String) -> Finding {
        if access(path, F_OK) != 0 { return Finding(name: "cache", state: "\(path), will be made by the first build") }
        return access(path, W_OK) == 0 ? Finding(name: "cache", state: path)
            : Finding(name: "cache", state: "\(path) cannot be written", remedy: "chmod -R u+w '\(path)', or another folder with --cache")
    }

    /// bubblewrap, and whether this user may make namespaces: tried, not guessed.
    private func sandbox(_ cachePath: String) -> Finding {
        let reason: String
        do {
            let scratch = try Scratch()
            switch Sandbox.find(cache: try Cache(scratch.path + "/cache")) {
            case .bubblewrap(let path): return Finding(name: "sandbox", state: "\(path) works")
            case .none(let why): reason = why
            }
        } catch { reason = "it cannot be tried: \(words(of: error))" }
        guard located("bwrap") != nil || access("/usr/bin/bwrap", X_OK) == 0 else {
            return Finding(name: "sandbox", state: "bubblewrap is not installed (pipelines' programs run without it)",
                           remedy: "apt-get install bubblewrap", isNeeded: false)
        }
        return Finding(name: "sandbox", state: reason + Sandbox.namespaces, remedy: Sandbox.remedy, isNeeded: false)
    }

    private func fonts() -> Finding {
        let found = ["/usr/share/fonts", "/usr/local/share/fonts"].contains { (folder: String) in access(folder, F_OK) == 0 }
        return Finding(name: "fonts", state: found ? "/usr/share/fonts" : "none found", remedy: found ? nil : "apt-get install fonts-inter")
    }

    private func located(_ program: String) -> String? {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
    }
}
