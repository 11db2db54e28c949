// A node of a running build, and the family of nodes that a stage has for one target.
import Digests
import Store

final class BuildNode {
    let name: NodeName
    let target: Int
    let stage: Int
    unowned let family: Family
    var element: Int? { name.element }
    private(set) var state = State.waiting
    /// The number of things it still waits for; at 0 it is ready.
    var pending = 0
    /// Nodes to notify when this one is settled.
    var waiters: [BuildNode] = []
    /// Files that it looked at or that hold its published result, absolute; a path may occur twice.
    var reads: [String] = []
    /// Its row in the trace that this build resumes from; nil: there is none.
    var lastRow: Int?
    /// Unchanged since the trace; its row stands in for the record, which is not in memory.
    var isAsBefore = false
    /// Its row in the trace that this build writes.
    var row = 0
    /// What goes into it, slot by slot: found once, for its key, and kept until its work is over.
    var inputs: NodeInputs = []
    var manifest: Manifest?
    var key: Digest?
    /// Its result, once done; in a build that runs nodes without what is not asked for again (`SharedTexts`).
    var record: Record?
    /// Which of the key's results it is.
    var world = Digest.zero
    /// Its result has diagnostics.
    var speaks = false
    var why: [String] = []
    /// Must run although a record may exist: its bytes are needed but gone, or the user forced it.
    var mustRun = false
    var hasRun = false
    /// It was sent to another machine in vain.
    var staysHere = false
    /// Holds a slot of its pool.
    var hasPlace = false
    /// It was settled before, so it is not counted and reported again.
    var hasSettled = false
    var attempts = 0
    /// How often it was tried again after a failure.
    var tries = 0
    var seconds = 0.0

    init(name: NodeName, target: Int, stage: Int, family: Family) {
        self.name = name
        self.target = target
        self.stage = stage
        self.family = family
    }

    /// Only for `Build.set`, which does everything that a change of state needs.
    func become(_ next: State) {
        precondition(state.mayBecome(next), "\(name.id) cannot become \(next): it is \(state)")
        state = next
    }
}

/// The nodes of one stage for one target: one, or one for each element of the list that the stage runs over.
final class Family {
    let target: Int
    let stage: Int
    var nodes: [BuildNode] = []
    var isExpanded = false
    /// Nodes that are not settled yet.
    var remaining = 0
    /// All its nodes are settled.
    var isDone: Bool { isExpanded && remaining == 0 }
    /// Nodes that need all of this family.
    var waiters: [BuildNode] = []
    /// Families that run over the same list, expanded together with this one.
    var followers: [Family] = []
    /// The user requested these results, so their bytes must exist.
    var isWanted = false

    init(target: Int, stage: Int) {
        self.target = target
        self.stage = stage
    }
}
