// `vgraph log`: builds that the cache remembers, from its run logs and records.
import ArgumentParser
import Diagnostics
import Graph
import Store
import Work

struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", _superCommandName: "vgraph",
        abstract: "List the builds of this folder, or show what one of them did.",
        discussion: """
              vgraph log                  the last builds, newest first
              vgraph log launch.mp4       those of launch.mp4 or a stage of it
              vgraph log last             what each node of the last build did, why it ran, its time
              vgraph log 20260102T1504    the same for a run, by its id or a unique prefix of it
              vgraph log launch.mp4 --first-bad D08
                                          the first build in which D08 began to fail, and what
                                          had changed since the one before

            'took' is a node's time in that build. 'cost' is what it cost to make the
            result; for a hit, the cache saved that. A build with nothing to do leaves no
            entry.
            """)

    @OptionGroup var folder: FolderOptions
    @Flag(help: "Also list builds of other folders that share the cache.") var all = false
    @Option(help: ArgumentHelp("List at most this many; 0 lists all.", valueName: "n")) var limit = 20
    @Option(
        help: ArgumentHelp(
            "Find the first build in which this fails: the id of a check, of a finding, of a claim, or 'gate'.",
            valueName: "check"))
    var firstBad: String?
    @Argument(help: ArgumentHelp("TARGET, RUN, 'last', or 'last~1' for the one before it.", valueName: "what"))
    var what: String?

    func validate() throws {
        if limit < 0 { throw ValidationError("--limit takes 0 or more") }
        if firstBad != nil, what == nil { throw ValidationError("--first-bad needs a target") }
    }

    func run() throws {
        try exiting(json: folder.json) {
            let workspace = try folder.workspace()
            let cache = try Cache(folder.cachePath(workspace: workspace), for: .reading)
            let history = try History(cache, workspace: all ? nil : workspace)
            if let firstBad { return try tellFirstBad(firstBad, history, cache) }
            guard let what else { return list(history.runs(limit: most)) }
            do throws(HistoryProblem) {
                if let run = try history.run(back: what) { return tell(run, cache) }
            } catch { throw error.diagnostic }
            let runs = history.runs(limit: most) { $0.asked(for: what) }
            if !runs.isEmpty { return list(runs) }
            do throws(HistoryProblem) {
                guard let run = try history.run(beginning: what) else { throw .noSuchRun(what) }
                tell(run, cache)
            } catch { throw error.diagnostic }
        }
    }

    private var most: Int { limit == 0 ? .max : limit }

    private func list(_ runs: [History.Run]) {
        for run in runs { folder.json ? JSONReport.say(summary(run)) : print(line(run)) }
    }

    private func line(_ run: History.Run) -> String {
        let log = run.log
        var counts = ["\(log.count("ran")) ran", "\(log.count("hit")) hits"]
        if log.count("failed") > 0 { counts.append("\(log.count("failed")) failed") }
        if log.count("skipped") > 0 { counts.append("\(log.count("skipped")) skipped") }
        return "\(run.name)  \(log.time)  \(log.targets.joined(separator: " ")): \(log.summary), "
            + counts.joined(separator: ", ") + ", " + ReportText.seconds(log.seconds)
            + (all ? "  in \(log.workspace)" : "")
    }

    private func summary(_ run: History.Run) -> [String: Value] {
        let log = run.log
        return [
            "run": .string(run.name), "time": .string(log.time), "workspace": .string(log.workspace),
            "targets": .array(log.targets.map(Value.string)), "status": .string(log.summary.replacing(" ", with: "-")),
            "exit": .int(Int(log.status.rawValue)), "nodes": .int(log.nodes.count), "ran": .int(log.count("ran")),
            "hits": .int(log.count("hit")),
            "failed": .int(log.count("failed")), "skipped": .int(log.count("skipped")), "seconds": .number(log.seconds),
        ]
    }

    private func tellFirstBad(_ id: String, _ history: History, _ cache: Cache) throws {
        let target = String((what ?? "").prefix { $0 != ":" })
        let found: FirstBad
        let project = try Project(folder)
        do throws(HistoryProblem) {
            found = try FirstBad(id, of: target, history, cache) { project.bring([$0]) }
        } catch {
            throw error.diagnostic
        }
        if folder.json { return JSONReport.say(found.json) }
        print(Diagnostic.printable(found.text))
    }

    /// Prints a run: its own line, one line per node, then its diagnostics.
    private func tell(_ run: History.Run, _ cache: Cache) {
        folder.json ? JSONReport.say(summary(run)) : print(line(run))
        for node in run.log.nodes {
            // gc may have dropped the record, and the cost with it.
            let record = node.key.flatMap { key in
                cache.peek(key, world: node.world).flatMap { $0.key == key ? $0 : nil }
            }
            if folder.json { JSONReport.say(value(node, record)) } else { print(text(node, record)) }
        }
        if folder.json {
            for diagnostic in run.log.diagnostics { JSONReport.say(["diagnostic": JSONReport.value(of: diagnostic)]) }
        } else {
            for diagnostic in run.log.diagnostics { printDocument(diagnostic.text()) }
        }
    }

    private func text(_ node: RunLog.Node, _ record: Record?) -> String {
        var line = node.outcome + String(repeating: " ", count: max(0, 7 - node.outcome.count)) + "  " + node.id
        switch node.outcome {
        case "hit":
            if let record {
                line +=
                    "  cost \(ReportText.seconds(record.cost.wall)) when made \(record.origin.time) by "
                    + "\(record.origin.user)@\(record.origin.host)"
                    + (record.origin.remote.map { ", from the remote cache \($0)" } ?? "")
            }
        case "skipped": break
        default:
            line += "  took \(ReportText.seconds(node.seconds))"
            if let record, node.outcome == "ran" {
                line +=
                    (record.origin.executor.map { ", done by the remote \($0)" } ?? "")
                    + ", cost \(ReportText.seconds(record.cost.cpu)) of CPU"
                if let price = record.cost.price { line += " and \(ReportText.money(price.amount, price.currency))" }
            }
            if !node.why.isEmpty { line += ": " + node.why.joined(separator: "; ") }
        }
        return line
    }

    private func value(_ node: RunLog.Node, _ record: Record?) -> [String: Value] {
        var line: [String: Value] = [
            "node": .string(node.id), "stage": .string(node.stage), "outcome": .string(node.outcome),
            "why": .array(node.why.map(Value.string)), "seconds": .number(node.seconds),
            "key": node.key.map { .string($0.hex) } ?? .null, "cost": .null, "made": .null,
        ]
        if let record {
            line["cost"] = .object([
                "wall": .number(record.cost.wall), "cpu": .number(record.cost.cpu),
                "price": record.cost.price.map {
                    .object(["amount": .number($0.amount), "currency": .string($0.currency)])
                } ?? .null,
            ])
            let origin = record.origin
            line["made"] = .object([
                "time": .string(origin.time), "user": .string(origin.user), "host": .string(origin.host),
                "node": .string(origin.node), "vgraph": .string(origin.vgraph),
                "executor": origin.executor.map(Value.string) ?? .null,
                "remote": origin.remote.map(Value.string) ?? .null,
            ])
        }
        return line
    }
}
