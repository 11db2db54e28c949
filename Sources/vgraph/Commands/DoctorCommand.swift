// `vgraph doctor`: what this machine has of what builds need, and the command that fixes what is missing. Tries things
// instead of guessing; changes nothing.
import ArgumentParser
import Diagnostics
import Glibc
import Graph
import Processes
import Programs
import Reviewers
import Store
import Work
import Workers

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check what is installed and print how to fix what is missing.")

    @OptionGroup var folder: FolderOptions

    func run() throws {
        try exiting(json: folder.json) {
            let workspace = try folder.workspace(), cachePath = try folder.cachePath(workspace: workspace)
            var findings = [MachineFinding("vgraph", vgraphVersion)]
            findings += worker()
            findings += CacheHealth(cachePath).findings
            findings.append(sandbox(cachePath))
            findings += MachineLimits.findings
            let git = executable("git")
            findings.append(
                MachineFinding(
                    "git", git ?? "not installed (only 'vgraph diff' of revisions uses it)",
                    remedy: git == nil ? "apt-get install git" : nil, isNeeded: false))
            let areInstalled = InstalledReviewers.mark != nil
            findings.append(
                MachineFinding(
                    "reviewers",
                    areInstalled
                        ? "installed"
                        : "not installed (films are not read back: vgraph runbook gate.reviewer-not-run)",
                    remedy: areInstalled ? nil : InstalledReviewers.remedy, isNeeded: false))
            let c2pa = InstalledPackages.c2pa, canSign = c2pa.mark != nil
            findings.append(
                MachineFinding(
                    "c2pa",
                    canSign ? "installed" : "not installed (only 'vgraph publish --c2pa' uses it)",
                    remedy: canSign ? nil : c2pa.remedy, isNeeded: false))
            for (program, package) in [("ffprobe", "ffmpeg"), ("espeak-ng", "espeak-ng"), ("python3", "python3")] {
                let found = executable(program)
                findings.append(
                    MachineFinding(
                        program, found ?? "not installed (only examples and tests use it)",
                        remedy: found == nil ? "apt-get install \(package)" : nil, isNeeded: false))
            }
            for finding in findings {
                if folder.json {
                    JSONReport.say([
                        "name": .string(finding.name), "state": .string(finding.state),
                        "needed": .bool(finding.isNeeded),
                        "ok": .bool(finding.remedy == nil), "remedy": finding.remedy.map(Value.string) ?? .null,
                    ])
                } else {
                    print(
                        "\(finding.remedy == nil ? "ok     " : finding.isNeeded ? "MISSING" : "absent ")  "
                            + "\(finding.name): \(finding.state)"
                    )
                    if let remedy = finding.remedy { print("         to fix: \(remedy)") }
                }
            }
            if findings.contains(where: { $0.isNeeded && $0.remedy != nil }) { throw ExitStatus.failed.code }
        }
    }

    private func worker() -> [MachineFinding] {
        let path = Project.workerPathUnchecked()
        guard access(path, X_OK) == 0 else {
            return [MachineFinding("vgraph-worker", "not at \(path)", remedy: ".ci/build")]
        }
        do {
            let tools = try WorkerReport(of: path), version = tools.version ?? "unknown", missing = tools.missing ?? [],
                families = tools.families ?? 0
            var found = [MachineFinding("vgraph-worker", path)]
            if version != vgraphVersion {
                found[0] = MachineFinding(
                    "vgraph-worker", "\(path) is version \(version), but vgraph is version \(vgraphVersion)",
                    remedy: ".ci/build")
            }
            found += tools.tools.sorted { $0.key < $1.key }.map { MachineFinding($0.key, $0.value) }
            found.append(
                MachineFinding(
                    "encoders",
                    missing.isEmpty ? "libx264, aac" : "libavcodec lacks \(missing.joined(separator: " and "))",
                    remedy: missing.isEmpty ? nil : "apt-get install libavcodec59 (Debian's own, which has them)"))
            found.append(
                MachineFinding(
                    "fonts", families > 0 ? "\(families) families" : "fontconfig finds none",
                    remedy: families > 0 ? nil : "apt-get install fontconfig fonts-inter"))
            return found
        } catch {
            // The dynamic linker's message names the library: libavcodec.so.59 is in the package libavcodec59, and
            // libx264.so.164 in libx264-164 (Debian Policy 8.1).
            let text = error.diagnostic.message + " " + (error.diagnostic.hint ?? "")
            let library = text.firstMatch(of: /(lib[a-z0-9+.-]+?)\.so\.([0-9]+)/).map { match in
                "\(match.1)\(match.1.last!.isNumber ? "-" : "")\(match.2)"
            }
            return [
                MachineFinding(
                    "vgraph-worker", error.diagnostic.message,
                    remedy: library.map { "apt-get install \($0)" } ?? ".ci/setup")
            ]
        }
    }

    /// Runs bubblewrap: only that tells whether this user may create namespaces.
    private func sandbox(_ cachePath: String) -> MachineFinding {
        let reason: String
        do {
            let scratch = try JobFolder()
            switch Sandbox.find(cache: try Cache(scratch.path + "/cache")) {
            case .bubblewrap(let path): return MachineFinding("sandbox", "\(path) works")
            case .none(let why): reason = why
            }
        } catch { reason = "cannot try it: \(words(of: error))" }
        guard executable("bwrap") != nil || access("/usr/bin/bwrap", X_OK) == 0 else {
            return MachineFinding(
                "sandbox",
                "bubblewrap is not installed (pipelines' programs and reviewers run with your rights: "
                    + "vgraph runbook gate.reviewer-unsandboxed)",
                remedy: "apt-get install bubblewrap", isNeeded: false)
        }
        return MachineFinding("sandbox", reason + Sandbox.namespaces, remedy: Sandbox.remedy, isNeeded: false)
    }
}
