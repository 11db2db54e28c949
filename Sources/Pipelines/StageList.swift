// The stages of a pipeline: either all read, or each unpacked on demand, so that an edit that reaches sixty of ten
// thousand stages pays for sixty.
import Diagnostics
import Patterns
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

extension StageList {
    /// What a drawing shows of a stage.
    package struct Sketch {
        package var name: String
        /// By slot.
        package var inputs: [(slot: String, sources: [Pipeline.Source])]
        package var output: Pattern?
    }

    /// A part of `self[index]`; nothing else of the stage is unpacked.
    package func sketch(_ index: Int) -> Sketch {
        switch storage {
        case .whole(let stages):
            let stage = stages[index]
            return Sketch(
                name: stage.name, inputs: stage.bindings.map { ($0.slot.name, $0.sources) }, output: stage.output)
        case .packed(let stages): return stages.sketch(index)
        }
    }

    /// The same as `self[index].name`, and nothing else of the stage is unpacked.
    package func name(_ index: Int) -> String {
        switch storage {
        case .whole(let stages): stages[index].name
        case .packed(let stages): stages.name(index)
        }
    }
}

final class PackedStages: Sendable {
    let count: Int
    let name: @Sendable (Int) -> String
    let sketch: @Sendable (Int) -> StageList.Sketch
    private let unpack: @Sendable (Int) -> Pipeline.Stage
    private let made = Mutex<[Int: Pipeline.Stage]>([:])
    /// How many stay unpacked: all of any pipeline that a person writes. Ten times as many bytes as packed.
    private static let most = 4096

    init(
        count: Int, name: @escaping @Sendable (Int) -> String, sketch: @escaping @Sendable (Int) -> StageList.Sketch,
        unpack: @escaping @Sendable (Int) -> Pipeline.Stage
    ) {
        self.count = count
        self.name = name
        self.sketch = sketch
        self.unpack = unpack
    }

    subscript(index: Int) -> Pipeline.Stage {
        if let known = made.withLock({ $0[index] }) { return known }
        let stage = unpack(index)
        made.withLock { made in
            if made.count >= Self.most { made.removeAll(keepingCapacity: true) }
            made[index] = stage
        }
        return stage
    }
}
