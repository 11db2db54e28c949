// A node of a build under way, and the nodes that a stage has for one target.
import Digests
import Store

final class BuildNode {
    let name: NodeName
    let target: Int
    let stage: Int
    unowned let family: Family
    var element: Int? { name.element }
    private(set) var state = State.waiting
    /// What it still waits for; 0 makes it ready.
    var pending = 0
    /// Told when this is settled.
    var waiters: [BuildNode] = []
    /// Files that it looked at or that its result went to, absolute; a path may be there twice.
    var reads: [String] = []
    /// Its row in the trace that this build goes on from; nil: there is none.
    var lastRow: Int?
    /// It is what its row in that trace says, and there is no record in memory.
    var isAsBefore = false
    /// Its place in the trace.
    var row = 0
    /// What goes into it, slot by slot: found once, for its key, and kept until its work is over.
    var inputs: NodeInputs = []
    var manifest: Manifest?
    var key: Digest?
    /// What came out, once done.
    var record: Record?
    var why: [String] = []
    /// Must run although a record may be there: its bytes are wanted and gone, or the user said so.
    var mustRun = false
    var hasRun = false
    /// Has one of its pool's places.
    var hasPlace = false
    /// Settled once already: this time only its waiters care.
    var hasSettled = false
    var attempts = 0
    /// How often it failed and was tried again.
    var tries = 0
    var seconds = 0.0

    init(name: NodeName, target: Int, stage: Int, family: Family) {
        self.name = name
        self.target = target
        self.stage = stage
        self.family = family
    }

    /// For `Build.set` alone, which does what goes along with it.
    func become(_ next: State) {
        precondition(state.mayBecome(next), "\(name.id) cannot become \(next): it is \(state)")
        state = next
    }
}

/// The nodes of one stage for one target: one, or as many as the list it runs over has elements.
final class Family {
    let target: Int
    let stage: Int
    var nodes: [BuildNode] = []
    var isExpanded = false
    /// Nodes that are not settled yet.
    var remaining = 0
    /// Nothing more comes of it.
    var isDone: Bool { isExpanded && remaining == 0 }
    /// Nodes that need all of this family.
    var waiters: [BuildNode] = []
    /// Families that run over the same list, made when this one is.
    var followers: [Family] = []
    /// The user asks for these results: their bytes must be there.
    var isWanted = false

    init(target: Int, stage: Int) {
        self.target = target
        self.stage = stage
    }
}
