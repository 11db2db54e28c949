// A pipeline, resolved: every reference is an index, every slot knows where its files come from.
import Diagnostics
import Work

public struct Pipeline: Sendable {
    /// How the work of a stage is done. Commands of the user's own will be the second case.
    public enum Action: Sendable {
        case kind(StageDescriptor)
        public var descriptor: StageDescriptor {
            switch self { case .kind(let descriptor): descriptor }
        }
    }

    /// Which files of another stage a slot gets. In a stage that runs for each element, `i` is its own element.
    public enum Reach: Sendable, Hashable {
        /// All files of the output of a stage that runs once.
        case whole
        /// The i-th file of a list that a stage made.
        case element
        /// All files of the i-th run of a stage that runs over the same list.
        case instance
        /// All files of all runs, in order.
        case gather
    }

    public enum Source: Sendable, Hashable {
        case file(Pattern, isOptional: Bool, at: Place)
        case output(stage: Int, output: Int, Reach)
    }

    public struct Binding: Sendable {
        public var slot: StageDescriptor.Slot
        /// Empty: an optional slot that nothing fills.
        public var sources: [Source]
    }

    /// The list that a stage runs over; equal domains, equal elements.
    public struct Domain: Sendable, Hashable {
        public var stage: Int
        public var output: Int
    }

    public struct Stage: Sendable {
        public var name: String
        public var place: Place
        public var action: Action
        /// As the descriptor lists its slots.
        public var bindings: [Binding]
        /// With defaults filled in.
        public var parameters: [String: Value]
        public var domain: Domain?
        public var output: Pattern?
        public var descriptor: StageDescriptor { action.descriptor }
    }

    public var name: String
    public var file: String
    public var target: Pattern
    public var targetPlace: Place
    /// In file order.
    public var stages: [Stage]
    /// Indices of `stages`, sources before users.
    public var order: [Int]

    public func stage(named name: String) -> Int? { stages.firstIndex { $0.name == name } }

    /// Indices of the stages that `goal` is made from, itself included, in `order`; all stages for nil.
    func closure(of goal: Int?) -> [Int] {
        guard let goal else { return order }
        var wanted: Set<Int> = [goal], open = [goal]
        while let stage = open.popLast() {
            for next in sources(of: stage) where wanted.insert(next).inserted { open.append(next) }
        }
        return order.filter(wanted.contains)
    }

    /// Stages that a stage takes files from, each once.
    func sources(of stage: Int) -> [Int] {
        var found: [Int] = []
        for binding in stages[stage].bindings {
            for case .output(let other, _, _) in binding.sources where !found.contains(other) { found.append(other) }
        }
        return found
    }

    /// Patterns of files that must be there, with the place that asks for them.
    var requiredFiles: [(pattern: Pattern, place: Place)] { requiredFiles(stages.indices.map { $0 }) }

    func requiredFiles(_ stages: [Int]) -> [(pattern: Pattern, place: Place)] {
        var found: [(Pattern, Place)] = []
        for stage in stages {
            for source in self.stages[stage].bindings.flatMap(\.sources) {
                if case .file(let pattern, isOptional: false, let place) = source, !found.contains(where: { $0.0 == pattern }) {
                    found.append((pattern, place))
                }
            }
        }
        return found
    }
}
