// Nodes that are done on another machine: which go, and what happens to those that come back without a result. This
// machine and the others take from one queue, so whoever is free does what is most urgent. A program of ours speaks to
// the other machine as a worker speaks to the engine. Must not know how.
import Diagnostics
import Digests
import Pipelines
import Programs
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
    /// Begins what `command` waits for, and returns at once. Called when a node starts, wherever; the first call
    /// counts.
    public var prepare: @Sendable () -> Void
    /// The program that takes jobs, with its arguments. Called when a first node goes, since it may take a while.
    public var command: @Sendable () throws(Diagnostics) -> [String]

    public init(
        name: String, jobs: Int, isInstead: Bool, prepare: @escaping @Sendable () -> Void,
        command: @escaping @Sendable () throws(Diagnostics) -> [String]
    ) {
        self.name = name
        self.jobs = jobs
        self.isInstead = isInstead
        self.prepare = prepare
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
    /// Stages whose program it does not have as it is here.
    var staying: Set<String> = []
    /// An action costs a server some tenths of a second before its work begins, so up to so many nodes share one, if none
    /// of them takes longer than these seconds.
    static let mostTogether = 5, short = 2.0
    /// A node that takes no longer than these seconds is done here if there is a place.
    static let way = 0.15
}

extension Pipeline.Stage {
    /// Whether its nodes may be done on another machine.
    var mayTravel: Bool { descriptor.reads != nil || command?.travels == true }
}

extension Build {
    private var isInstead: Bool { request.elsewhere?.isInstead == true && !outpost.isGone }

    /// The next node for this machine. One that does all elsewhere has a place for what stays and one for what takes less
    /// time than the way.
    func nextHere() -> BuildNode? {
        let here = jobs.running.values.lazy.filter { !$0.isElsewhere }
        guard isInstead else { return here.count < max(1, request.jobs) ? schedule.next() : nil }
        let light = here.count { schedule.isLight($0.node) }
        if here.count == light, let node = schedule.next(ofAll: false) { return node }
        return light == 0 ? schedule.nextLight() : nil
    }

    /// The next node for the other machine.
    func nextElsewhere() -> BuildNode? {
        guard let elsewhere = request.elsewhere, !outpost.isGone else { return nil }
        let most = outpost.hasArrived ? elsewhere.jobs : 1
        guard jobs.running.values.count(where: { $0.isElsewhere && !$0.isRider }) < most else { return nil }
        while let node = schedule.nextTravelling() {
            guard outpost.staying.contains(stage(node).name) else { return node }
            node.staysHere = true
            schedule.leavePlace(node)
            schedule.queue(node)
        }
        return nil
    }

    /// - Returns: false: it is done here.
    func send(_ job: Job, _ node: BuildNode, _ pool: WorkerPool) -> Bool {
        guard let reads = stage(node).descriptor.reads else { return false }
        var travelling = job
        // A job that does not say what it reads will fail, here, where the failure is told in full.
        do { travelling.reads = try reads(job) } catch { return false }
        let riders = riders(with: node)
        if !riders.isEmpty { travelling.riders = riders.map(\.job) }
        let isGiven = give(travelling, node, pool)
        for (job, rider) in riders {
            jobs.set(job.id) { ($0.isElsewhere, $0.isRider) = (true, true) }
            if isGiven, let elsewhere = request.elsewhere {
                account.tell(.sent(rider.name, to: elsewhere.name, with: node.name))
            } else if let work = jobs[job.id] {
                stay(job.id, work)
            }
        }
        return isGiven
    }

    /// What shares a node's action: its neighbours in the list, while the list is longer than there are machines for it.
    /// Who goes with whom follows from the list alone, so that a server that has done the same before has its result.
    /// Users' programs go alone, since each sees the whole of its action.
    private func riders(with leader: BuildNode) -> [(job: Job, node: BuildNode)] {
        guard let elsewhere = request.elsewhere, let first = leader.element, isShort(leader) else { return [] }
        let machines = max(1, elsewhere.jobs + (isInstead ? 0 : request.jobs))
        let size = min((leader.family.nodes.count + machines - 1) / machines, Outpost.mostTogether)
        guard size > 1 else { return [] }
        let neighbours = schedule.takeTravelling { node in
            node.family === leader.family && node.element.map { $0 / size == first / size } == true && isShort(node)
        }
        var riders: [(job: Job, node: BuildNode)] = []
        for node in neighbours {
            guard case .stage(var job)? = begin(node) else {
                schedule.leavePlace(node)
                continue
            }
            if takesMade(job, node) { continue }
            do {
                job.reads = try stage(node).descriptor.reads?(job)
                riders.append((job, node))
            } catch { if let work = jobs[job.id] { stay(job.id, work) } }
        }
        return riders
    }

    private func isShort(_ node: BuildNode) -> Bool {
        stage(node).command == nil && (schedule.seconds(of: node) ?? 0) <= Outpost.short
    }

    /// The same for a user's program.
    func send(_ command: Command, _ number: Int, _ node: BuildNode, _ pool: WorkerPool) -> Bool {
        guard let scratch = jobs[number]?.scratch,
            let job = command.job(number, key: node.key, workspace: request.workspace, scratch: scratch)
        else { return false }
        return give(job, node, pool)
    }

    private func give(_ job: Job, _ node: BuildNode, _ pool: WorkerPool) -> Bool {
        guard let elsewhere = request.elsewhere, !outpost.isGone else { return false }
        do throws(Diagnostics) {
            if outpost.command == nil { outpost.command = try elsewhere.command() }
            do throws(BuildProblem) { try pool.start(job, by: outpost.command ?? []) } catch {
                throw Diagnostics([error.diagnostic])
            }
        } catch {
            giveUp(elsewhere, error.all.first?.message ?? "")
            return false
        }
        jobs.set(job.id) { $0.isElsewhere = true }
        account.tell(.sent(node.name, to: elsewhere.name, with: nil))
        return true
    }

    private func giveUp(_ elsewhere: Elsewhere, _ reason: String) {
        outpost.isGone = true
        account.remark(nil, RemoteProblem.executorGone(elsewhere.name, reason: reason).diagnostic)
    }

    /// A result counts if it is one of this stage, and if what was read and found there is what is here.
    /// - Parameter wall: seconds that it took there; nil: nobody says.
    func takeBack(_ number: Int, _ work: Running, _ outcome: Outcome, cpu: Double, wall: Double?) {
        if let strange = strangeness(of: outcome, by: work) {
            let name = request.elsewhere?.name ?? ""
            let problem = RemoteProblem.notDone(node: work.node.name.id, remote: name, reason: strange)
            return comeBack(number, work, because: [problem.diagnostic])
        }
        if let wall { jobs.set(number) { $0.wall = wall } }
        guard let command = work.command else {
            outpost.failures = 0
            return succeed(number, outcome, cpu: cpu)
        }
        do throws(Diagnostics) {
            let (judged, log) = try command.outcome(
                of: outcome, cpu: cpu, scratch: work.scratch, folders: request.folders)
            if !log.isEmpty { account.tell(.printed(work.node.name, log, .ran)) }
            outpost.failures = 0
            succeed(number, judged, cpu: cpu)
        } catch { comeBack(number, work, because: error.all) }
    }

    /// Why an outcome does not count; nil: it does.
    private func strangeness(of outcome: Outcome, by work: Running) -> String? {
        if let item = outcome.discovered.first(where: { !holds($0) }) {
            return "it read another '\(item.path)' than is here"
        }
        if searches?.changed(outcome.answers ?? []).isEmpty == false {
            return "its searches find other fonts than are here"
        }
        if work.command != nil {
            // A record says whether its program could read what it did not declare. Here it could not.
            guard case .bubblewrap = jobs.sandbox, outcome.isIsolated != true else { return nil }
            return "its machine has no sandbox for programs"
        }
        let declared = stage(work.node).descriptor.outputs
        if let other = outcome.outputs.keys.sorted().first(where: { name in !declared.contains { $0.name == name } }) {
            return "it made '\(other)', which the stage does not make"
        }
        if let less = declared.first(where: { !$0.isList && outcome.outputs[$0.name]?.count != 1 }) {
            return "it did not make '\(less.name)'"
        }
        return nil
    }

    /// The other machine has no result: this one makes it. A failure there is no failure of the node.
    func comeBack(_ number: Int, _ work: Running, because diagnostics: [Diagnostic]) {
        guard let elsewhere = request.elsewhere, jobs[number] != nil else { return }
        let node = work.node, first = diagnostics.first
        // All nodes of the stage run that program: none of them is sent any more, and nothing is wrong with the server.
        let isOtherProgram = first?.id == CommandStageProblem.otherProgramId
        let isNews = isOtherProgram ? outpost.staying.insert(node.name.stage).inserted : !outpost.hasWarned
        if isNews {
            if !isOtherProgram { outpost.hasWarned = true }
            account.remark(
                nil,
                first?.id == "remote-not-done"
                    ? first!
                    : isOtherProgram
                        ? RemoteProblem.otherProgram(
                            stage: node.name.stage, remote: elsewhere.name, reason: first?.message ?? "",
                            hint: first?.hint
                        ).diagnostic
                        : RemoteProblem.notDone(
                            node: node.name.id, remote: elsewhere.name, reason: first?.message ?? ""
                        ).diagnostic)
        }
        if !isOtherProgram, !work.isRider {
            outpost.failures += 1
            if outpost.failures == Outpost.mostFailures {
                giveUp(elsewhere, "\(outpost.failures) nodes in a row came back without a result")
            }
        }
        stay(number, work)
    }

    /// This machine does a node that has begun.
    private func stay(_ number: Int, _ work: Running) {
        guard jobs.remove(number) != nil else { return }
        schedule.leavePlace(work.node)
        leaveFolder(work)
        work.node.staysHere = true
        set(work.node, .runnable)
        schedule.queue(work.node)
    }
}
