// `vgraph baseline accept`: keeps a target's key frames in the workspace as the approved ones. How frames are drawn and
// compared is the worker's business.
import ArgumentParser
import Composition
import CSystem
import Diagnostics
import Files
import FoundationEssentials
import Glibc
import Graph
import Stages
import Store
import Work

struct BaselineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baseline", abstract: "Approve pictures that later builds are compared with.",
        discussion: """
            A baseline is a folder of key frames, as drawn, with their hashes. Where a
            spec names one, 'acceptance: { baseline: baselines/launch }', every build is
            compared with it: equal hashes pass; frames that differ appear side by side
            on the review sheet and fail the check, or wait for a person's decision.
            """,
        subcommands: [BaselineAcceptCommand.self])
}

struct BaselineAcceptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Keep a target's key frames as the approved ones.",
        discussion: """
            Keeps the middle frame of each scene and of each caption, or the frames that
            --frames lists: numbers, or times such as 1.5s. Later calls keep the listed
            frames again until --frames gives another list, or 'auto'. A frame is found by
            its scene, so inserting a scene before it changes nothing.

              vgraph baseline accept launch.mp4
              vgraph baseline accept launch.mp4 --frames 45,2.5s,400
            """)

    @OptionGroup var folder: FolderOptions
    @Option(help: ArgumentHelp("Frames to keep: numbers and times, or 'auto'.", valueName: "list")) var frames: String?
    @Option(
        help: ArgumentHelp(
            "The folder (default: the spec's 'acceptance.baseline', else baselines/NAME).", valueName: "dir")) var to:
        String?
    @Option(name: .customLong("set"), help: ArgumentHelp("As for build.", valueName: "key=value")) var sets: [String] =
        []
    @Flag(name: [.customShort("n"), .long], help: "Print what would be kept; write nothing.") var dryRun = false
    @Argument(help: "The target, for example launch.mp4.") var target: String

    func run() throws {
        try exiting(json: folder.json) {
            let project = try Project(folder),
                request = project.request(targets: [], sets: try BuildCommand.table(sets))
            func artifacts(_ output: String) throws -> [Artifact] {
                try project.builder.artifacts(request, target: target, stage: "plan", output: output)
            }
            guard let planFile = try artifacts("plan").first, let materials = try artifacts("materials").first,
                let plan = try? JSONDecoder().decode(Plan.self, from: Data(contentsOf: URL(filePath: planFile.path)))
            else {
                throw Refusal(.noArtifact(target: target, stage: "plan"))
            }
            let name = try folderName(plan),
                old = try? JSONDecoder().decode(
                    Baseline.self,
                    from: Data(contentsOf: URL(filePath: project.workspace + "/" + name + "/" + Baseline.fileName)))
            let scratch = try JobFolder()
            var job = project.job(KeyFramesRequest.request, node: "\(target):keyframes", scratch: scratch.path)
            job.put(planFile.path, in: KeyFramesRequest.plan)
            for segment in try artifacts("segments") { job.put(segment.path, in: KeyFramesRequest.segments) }
            job.put(materials.path, in: KeyFramesRequest.materials)
            job.set(KeyFramesRequest.frames, to: try chosen(plan, old))
            job.set(KeyFramesRequest.target, to: target)
            let outcome = try project.builder.perform(job)
            let made = try scratch.value(Baseline.self, outcome[KeyFramesRequest.list].first, of: "the key frames")
            if !dryRun { try keep(made, old, from: scratch.path, in: project.workspace, name) }
            say(made, old, name, plan)
        }
    }

    /// Relative to the workspace and inside it.
    private func folderName(_ plan: Plan) throws -> String {
        let stem = target.split(separator: "/").last.map { String($0.prefix { $0 != "." }) } ?? "baseline"
        let name = to ?? plan.acceptance.baseline ?? "baselines/\(stem)"
        guard !name.isEmpty, !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
            throw Refusal(.baselineOutside(name))
        }
        return name
    }

    /// Empty: the worker chooses the frames.
    private func chosen(_ plan: Plan, _ old: Baseline?) throws -> [Int] {
        guard let frames else {
            guard let old, old.isChosen else { return [] }
            return old.frames.compactMap { key in
                plan.scenes.first { $0.id == key.scene }.flatMap {
                    (0..<$0.frames).contains(key.offset) ? $0.startFrame + key.offset : nil
                }
            }
        }
        if frames == "auto" { return [] }
        let chosen = try frames.split(separator: ",").map { try number(String($0.filter { $0 != " " }), plan) }
        guard !chosen.isEmpty, chosen.count <= Baseline.maximumFrames else {
            throw Refusal(.badFrames(frames, limit: Baseline.maximumFrames))
        }
        return chosen
    }

    private func number(_ text: String, _ plan: Plan) throws -> Int {
        var frame = Int(text)
        if text.hasSuffix("s"), let seconds = Double(text.dropLast()), seconds.isFinite, abs(seconds) < 1e6 {
            frame = plan.rate.frame(atSeconds: seconds)
        }
        guard let frame else { throw Refusal(.badFrames(text, limit: Baseline.maximumFrames)) }
        guard (0..<plan.frames).contains(frame) else { throw Refusal(.noSuchFrame(frame, frames: plan.frames)) }
        return frame
    }

    /// Writes the pictures, then the list, so that a list never names a missing picture; then removes the pictures that
    /// only the old list named.
    private func keep(_ made: Baseline, _ old: Baseline?, from scratch: String, in workspace: String, _ name: String)
        throws
    {
        var path = workspace
        for part in name.split(separator: "/") {
            path += "/" + part
            guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw failure(name) }
        }
        // A picture is named by the hash of its content, so the old list stays valid until the new one replaces it.
        var list = made
        for index in list.frames.indices {
            let file = list.frames[index].sha256.prefix(16) + ".png"
            try replace(
                path + "/" + file, with: Data(contentsOf: URL(filePath: scratch + "/" + made.frames[index].file)), name)
            list.frames[index].file = String(file)
        }
        try replace(path + "/" + Baseline.fileName, with: JSONForm.document.bytes(of: list), name)
        for file in Set(old?.frames.map(\.file) ?? []).subtracting(list.frames.map(\.file))
        where !file.contains("/") && file.hasSuffix(".png") {
            unlink(path + "/" + file)
        }
    }

    /// Writes the file whole or not at all.
    private func replace(_ path: String, with data: Data, _ name: String) throws {
        let folder = Descriptor(open(path.folderPart, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        guard folder.number >= 0 else { throw failure(name) }
        do throws(SystemFailure) {
            let file = try AtomicFile(in: folder.number, mode: 0o666, lasts: true, isNameless: true)
            try Array(data).withBytes { bytes throws(SystemFailure) in try file.write(bytes) }
            try file.place(at: path.namePart, in: folder.number)
        } catch { throw Refusal(.cannotWrite(path: name, reason: String(cString: strerror(error.code)))) }
    }

    private func failure(_ name: String) -> Refusal {
        Refusal(.cannotWrite(path: name, reason: String(cString: strerror(errno))))
    }

    private func say(_ made: Baseline, _ old: Baseline?, _ name: String, _ plan: Plan) {
        struct SceneFrame: Hashable { var scene: String, offset: Int }
        let before = Dictionary(
            (old?.frames ?? []).map { (SceneFrame(scene: $0.scene, offset: $0.offset), $0.hash) },
            uniquingKeysWith: { first, _ in first })
        var new = 0, changed = 0
        for frame in made.frames {
            if let hash = before[SceneFrame(scene: frame.scene, offset: frame.offset)] {
                changed += hash == frame.hash ? 0 : 1
            } else {
                new += 1
            }
        }
        if folder.json {
            return JSONReport.say([
                "event": .string("baseline"), "baseline": .string(name), "target": .string(target),
                "frames": .int(made.frames.count), "new": .int(new),
                "changed": .int(changed), "kept": .bool(!dryRun),
            ])
        }
        let count = "\(made.frames.count) frame\(made.frames.count == 1 ? "" : "s")"
        print(
            "\(dryRun ? "would keep" : "kept") \(count) of \(target) in \(name): \(new) new, \(changed) changed, "
                + "\(made.frames.count - new - changed) unchanged"
        )
        if plan.acceptance.baseline != name {
            print("to compare builds with this baseline, add to the spec: acceptance: { baseline: \(name) }")
        }
    }
}
