// The stages of a pipeline, all read or each made from its packed form when it is asked for: a pipeline of ten thousand
// stages, of which an edit reaches sixty, costs sixty.
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
    private let file: KeptPipelines
    private let starts: [UInt32]
    private let made = Mutex<[Int: Pipeline.Stage]>([:])
    var count: Int { starts.count }

    init(_ file: KeptPipelines, starts: [UInt32]) {
        self.file = file
        self.starts = starts
    }

    subscript(index: Int) -> Pipeline.Stage {
        if let known = made.withLock({ $0[index] }) { return known }
        let stage = file.stage(at: Int(starts[index]), of: count)
        made.withLock { $0[index] = stage }
        return stage
    }
}
