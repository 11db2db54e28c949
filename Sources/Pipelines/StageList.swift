// The stages of a pipeline: either all read, or each unpacked on demand, so that an edit that reaches sixty of ten
// thousand stages pays for sixty.
import Diagnostics
import Store
import Synchronization

public struct StageList: RandomAccessCollection, Sendable {
    private enum Storage: Sendable {
        case whole([Pipeline.Stage])
        case packed(PackedStages)
    }
    private let storage: Storage

    init(_ stages: [Pipeline.Stage]) { storage = .whole(stages) }
    init(_ stages: PackedStages) { storage = .packed(stages) }

    public var startIndex: Int { 0 }
    public var endIndex: Int {
        switch storage {
        case .whole(let stages): stages.count
        case .packed(let stages): stages.count
        }
    }
    public subscript(index: Int) -> Pipeline.Stage {
        switch storage {
        case .whole(let stages): stages[index]
        case .packed(let stages): stages[index]
        }
    }
}

final class PackedStages: Sendable {
    let count: Int
    private let unpack: @Sendable (Int) -> Pipeline.Stage
    private let made = Mutex<[Int: Pipeline.Stage]>([:])

    init(count: Int, unpack: @escaping @Sendable (Int) -> Pipeline.Stage) {
        self.count = count
        self.unpack = unpack
    }

    subscript(index: Int) -> Pipeline.Stage {
        if let known = made.withLock({ $0[index] }) { return known }
        let stage = unpack(index)
        made.withLock { $0[index] = stage }
        return stage
    }
}
