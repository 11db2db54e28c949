// Nodes between "waits for nothing" and "running": whose key is computed next, which runs next, and which wait for a
// pool slot, for another process or for time to pass. Must not know files or results.
import Pipelines
import Processes

final class Schedule {
    private let targets: [WantedTarget]
    /// The times of the last build; nil: all nodes are equally urgent.
    private let durations: (() -> Durations)?
    /// About how many seconds a node will take; nil: its stage cannot tell.
    private let estimate: (BuildNode) -> Double?
    /// By target.
    private lazy var ways: [CriticalPath]? = durations.map { load in
        let durations = load()
        return targets.map { CriticalPath($0.pipeline, durations) }
    }

    /// Nodes that wait for nothing: their key can be computed.
    private var ready = Queue<BuildNode>()
    private var runnable = RunQueue()
    /// Those of them that may go elsewhere, if there is such a place.
    private var travelling = RunQueue()
    /// Those of these that take less time than the way.
    private var light = RunQueue()
    /// The same for stages in this process: they need no slot.
    private var here = RunQueue()
    /// Used slots of each pool, and the nodes that wait for one.
    private var taken: [String: Int] = [:]
    private var parked: [String: RunQueue] = [:]
    /// Nodes whose key another process is making.
    private var lockWaits: [BuildNode] = []
    /// Failed nodes that will be tried again, with the time of the next try.
    private var delayed: [(time: Double, node: BuildNode)] = []

    init(
        _ targets: [WantedTarget], durations: (() -> Durations)?, estimate: @escaping (BuildNode) -> Double?
    ) {
        self.targets = targets
        self.durations = durations
        self.estimate = estimate
    }

    private func stage(_ node: BuildNode) -> Pipeline.Stage { targets[node.target].pipeline.stages[node.stage] }

    private func urgency(_ node: BuildNode) -> Urgency {
        guard ways != nil else { return Urgency() }
        return ways![node.target].urgency(node.name, stage: node.stage, of: targets[node.target].pipeline) {
            estimate(node)
        }
    }

    // MARK: In

    func addReady(_ node: BuildNode) { ready.append(node) }

    /// Whether nodes may be done on another machine.
    var mayTravel = false

    /// For a runnable node.
    func queue(_ node: BuildNode) {
        if case .here = stage(node).descriptor.place {
            here.push(node, urgency: urgency(node))
        } else if mayTravel, !node.staysHere, stage(node).mayTravel {
            let urgency = urgency(node)
            if isLight(node) { light.push(node, urgency: urgency) } else { travelling.push(node, urgency: urgency) }
        } else {
            runnable.push(node, urgency: urgency(node))
        }
    }

    /// Another process is making its key.
    func waitForKey(_ node: BuildNode) { lockWaits.append(node) }

    func delay(_ node: BuildNode, seconds: Double) { delayed.append((monotonicSeconds() + seconds, node)) }

    // MARK: Out

    func nextReady() -> BuildNode? { ready.popFirst() }

    func nextHere() -> BuildNode? { here.pop() }

    /// The most urgent node whose pool has a free slot, which it takes.
    /// - Parameter all: also of those that may go elsewhere.
    func next(ofAll all: Bool = true) -> BuildNode? {
        while true {
            let node: BuildNode?
            if all, light.isMoreUrgent(than: runnable), light.isMoreUrgent(than: travelling) {
                node = light.pop()
            } else {
                node = all && travelling.isMoreUrgent(than: runnable) ? travelling.pop() : runnable.pop()
            }
            guard let node else { return nil }
            if takePlace(node) { return node }
        }
    }

    /// The most urgent node that may be done on another machine.
    func nextTravelling() -> BuildNode? {
        while let node = light.isMoreUrgent(than: travelling) ? light.pop() : travelling.pop() {
            if takePlace(node) { return node }
        }
        return nil
    }

    /// The most urgent of those that may be done there and take less time than the way.
    func nextLight() -> BuildNode? {
        while let node = light.pop() { if takePlace(node) { return node } }
        return nil
    }

    /// Those of them that are wanted, whatever their urgency, in the order of their list.
    func takeTravelling(_ isWanted: (BuildNode) -> Bool) -> [BuildNode] {
        travelling.remove(isWanted).sorted { ($0.element ?? 0) < ($1.element ?? 0) }.filter(takePlace)
    }

    /// About how many seconds a queued node takes; nil: it never ran, and its stage cannot tell.
    func seconds(of node: BuildNode) -> Double? {
        if let ways { ways[node.target].seconds(of: node.name) } else { estimate(node) }
    }

    /// Whether the way to another machine takes longer than the node.
    func isLight(_ node: BuildNode) -> Bool {
        stage(node).command == nil && node.element == nil && (seconds(of: node) ?? .infinity) <= Outpost.way
    }

    /// false: no slot is free, and the node waits for one.
    private func takePlace(_ node: BuildNode) -> Bool {
        let stage = stage(node)
        guard let pool = stage.pool, let places = targets[node.target].pipeline.pools[pool] else { return true }
        if taken[pool, default: 0] < places {
            taken[pool, default: 0] += 1
            node.hasPlace = true
            return true
        }
        parked[pool, default: RunQueue()].push(node, urgency: urgency(node))
        return false
    }

    func leavePlace(_ node: BuildNode) {
        guard node.hasPlace, let pool = stage(node).pool else { return }
        node.hasPlace = false
        taken[pool, default: 1] -= 1
        if let next = parked[pool]?.pop() { queue(next) }
    }

    // MARK: Waiting

    /// Whether nodes wait for time or another process.
    func hasSleepers(isStopping: Bool) -> Bool { !lockWaits.isEmpty || (!delayed.isEmpty && !isStopping) }

    /// Seconds until something may be due. The end of another process's work cannot be polled, so it is checked every
    /// 20 ms.
    var patience: Double {
        let now = monotonicSeconds(), next = delayed.map { max(0, $0.time - now) }.min() ?? 1
        return min(lockWaits.isEmpty ? 1 : 0.02, next)
    }

    /// Queues nodes that have waited long enough.
    func wake() {
        let waiting = lockWaits
        lockWaits = []
        for node in waiting where node.state == .runnable { queue(node) }
        let now = monotonicSeconds(), due = delayed.filter { $0.time <= now }
        delayed.removeAll { item in due.contains { $0.node === item.node } }
        for item in due { queue(item.node) }
    }

    func forgetSleepers() {
        lockWaits = []
        delayed = []
    }
}
