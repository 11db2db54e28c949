// Nodes that are done on another machine: which go, and what happens to those that come back without a result. This
// machine and the others take from one queue, so whoever is free does what is most urgent. A program of ours speaks to
// the other machine as a worker speaks to the engine. Must not know how.
import Diagnostics
import Digests
import Store
import Work
import Workers

public struct Elsewhere: Sendable {
    /// In messages and records.
    public var name: String
    /// How many jobs it does at once.
    public var jobs: Int
    /// Nodes that may go do go, even if this machine has time.
    public var isInstead: Bool
    /// The program that takes jobs, with its arguments. Called when a first node goes, since it may take a while.
    public var command: @Sendable () throws(Diagnostics) -> [String]

    public init(
        name: String, jobs: Int, isInstead: Bool, command: @escaping @Sendable () throws(Diagnostics) -> [String]
    ) {
        self.name = name
        self.jobs = jobs
        self.isInstead = isInstead
        self.command = command
    }
}

/// What a build knows of the other machine.
struct Outpost {
    /// nil: no node has gone yet.
    var command: [String]?
    /// It gets no more.
    var isGone = false
    var hasWarned = false
    /// It has what every job needs. Until then one job is under way, so that this is sent once.
    var hasArrived = false
    /// How many nodes came back without a result since the last that came with one.
    var failures = 0
    /// After so many it gets no more.
    static let mostFailures = 3
}

extension Build {
    private var isInstead: Bool { request.elsewhere?.isInstead == true && !outpost.isGone }

    /// The next node for this machine.
    func nextHere() -> BuildNode? {
        let count = jobs.running.values.count { !$0.isElsewhere }
        return count < max(1, request.jobs) ? schedule.next(ofAll: !isInstead) : nil
    }

    /// The next node for the other machine.
    func nextElsewhere() -> BuildNode? {
        guard let elsewhere = request.elsewhere, !outpost.isGone else { return nil }
        let most = outpost.hasArrived ? elsewhere.jobs : 1
        return jobs.running.values.count { $0.isElsewhere } < most ? schedule.nextTravelling() : nil
    }

    /// - Returns: false: it is done here.
    func send(_ job: Job, _ node: BuildNode, _ pool: WorkerPool) -> Bool {
        guard let elsewhere = request.elsewhere, !outpost.isGone, let reads = stage(node).descriptor.reads else {
            return false
        }
        var travelling = job
        // A job that does not say what it reads will fail, here, where the failure is told in full.
        do { travelling.reads = try reads(job) } catch { return false }
        do throws(Diagnostics) {
            if outpost.command == nil { outpost.command = try elsewhere.command() }
            do throws(BuildProblem) { try pool.start(travelling, by: outpost.command ?? []) } catch {
                throw Diagnostics([error.diagnostic])
            }
        } catch {
            giveUp(elsewhere, error.all.first?.message ?? "")
            return false
        }
        jobs.set(job.id) { $0.isElsewhere = true }
        account.tell(.sent(node.name, to: elsewhere.name))
        return true
    }

    private func giveUp(_ elsewhere: Elsewhere, _ reason: String) {
        outpost.isGone = true
        account.remark(nil, RemoteProblem.executorGone(elsewhere.name, reason: reason).diagnostic)
    }

    /// A result counts if what was read and found there is what is here.
    func takeBack(_ number: Int, _ work: Running, _ outcome: Outcome) {
        let strange =
            outcome.discovered.first { !holds($0) }.map { "it read another '\($0.path)' than is here" }
            ?? searches?.changed(outcome.answers ?? []).first.map { _ in "its searches find other fonts than are here" }
        if let strange {
            let name = request.elsewhere?.name ?? ""
            let problem = RemoteProblem.notDone(node: work.node.name.id, remote: name, reason: strange)
            return comeBack(number, work, because: [problem.diagnostic])
        }
        outpost.failures = 0
        succeed(number, outcome, cpu: 0)
    }

    /// The other machine has no result: this one makes it. A failure there is no failure of the node.
    func comeBack(_ number: Int, _ work: Running, because diagnostics: [Diagnostic]) {
        guard let elsewhere = request.elsewhere, jobs.remove(number) != nil else { return }
        let node = work.node
        schedule.leavePlace(node)
        jobs.leaveFolder(of: work, besides: workers?.count ?? 0)
        node.staysHere = true
        if !outpost.hasWarned {
            outpost.hasWarned = true
            let first = diagnostics.first
            account.remark(
                nil,
                first?.id == "remote-not-done"
                    ? first!
                    : RemoteProblem.notDone(node: node.name.id, remote: elsewhere.name, reason: first?.message ?? "")
                        .diagnostic)
        }
        outpost.failures += 1
        if outpost.failures == Outpost.mostFailures {
            giveUp(elsewhere, "\(outpost.failures) nodes in a row came back without a result")
        }
        set(node, .runnable)
        schedule.queue(node)
    }
}
