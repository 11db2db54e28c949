// A pipeline, resolved: every reference is an index, every slot knows where its files come from.
import Diagnostics
import Patterns
import Work

public struct Pipeline: Sendable {
    /// Which files of another stage a slot gets. In a stage that runs for each element, `i` is its own element.
    public enum Reach: Int, Sendable, Hashable {
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
        indirect case file(Pattern, isOptional: Bool, at: Place)
        /// All files of the workspace that match, in name order. In a stage that runs for each of them, its own.
        indirect case files(Glob, isElement: Bool, isOptional: Bool, at: Place)
        case output(stage: Int, output: Int, Reach)
    }

    public struct Binding: Sendable {
        public var slot: StageDescriptor.Slot
        /// Empty: an optional slot that nothing fills.
        public var sources: [Source]
        /// By the index of a source that is a folder.
        package var filters: [Int: Filter] = [:]
    }

    /// Selects the files of a folder that match, as a list. Large and rare, so it does not lie in what has one.
    package final class Filter: Sendable {
        package let glob: Glob
        package let isOptional: Bool
        package let place: Place
        init(glob: Glob, isOptional: Bool, place: Place) {
            self.glob = glob
            self.isOptional = isOptional
            self.place = place
        }
    }

    /// A stage's descriptor. The commands of a generated pipeline are mostly of one kind, and share it.
    final class Kind: Sendable {
        let descriptor: StageDescriptor
        init(_ descriptor: StageDescriptor) { self.descriptor = descriptor }
    }

    /// The list that a stage runs over; equal domains, equal elements.
    public enum Domain: Sendable, Hashable {
        /// The files of an output of a stage.
        case list(stage: Int, output: Int)
        /// The files of the workspace that a stage's `each` matches.
        case files(stage: Int)

        /// The stage that must be done before the list is known; nil: none.
        package var source: Int? { if case .list(let stage, _) = self { stage } else { nil } }
    }

    public struct Stage: Sendable {
        /// What the pipeline's file says of a stage alone. Large, and the same before and after the wiring, so that ten
        /// thousand stages are not in memory twice.
        final class Core: @unchecked Sendable {  // nobody writes into it once its stage is made
            var kind: Kind
            /// The command, if the stage runs a user's program.
            var command: CommandStage?
            var parameters: [String: Value]
            var output: (pattern: Pattern, place: Place)?
            var pool: (name: String, place: Place)?
            var terms = Terms()

            init(_ kind: Kind, parameters: [String: Value] = [:]) {
                self.kind = kind
                self.parameters = parameters
            }
        }

        public var name: String
        public var place: Place
        let core: Core
        /// In the order of the descriptor's slots.
        public var bindings: [Binding]
        public var domain: Domain?
        /// Stages that must be done before this one although it takes no file from them.
        public var after: [Int]

        public var descriptor: StageDescriptor { core.kind.descriptor }
        /// The command, if the stage runs a user's program.
        public var command: CommandStage? { core.command }
        /// With defaults filled in.
        public var parameters: [String: Value] { core.parameters }
        public var output: Pattern? { core.output?.pattern }
        public var outputPlace: Place? { core.output?.place }
        /// Name of the pool whose places its nodes take; nil: only `-j` limits them.
        public var pool: String? { core.pool?.name }
        public var terms: Terms { core.terms }

        /// Whether it takes the values of `--set`.
        package var takesSettings: Bool {
            descriptor.parameters.contains { $0.name == "set" && $0.kind == .table }
        }

        /// Whether it writes a folder into the workspace.
        package var writesFolder: Bool { output != nil && descriptor.outputs.first?.isFolder == true }
    }

    public var name: String
    public var file: String
    public var target: Pattern
    public var targetPlace: Place
    /// The spec of each film; nil: its targets are no films.
    public var films: Pattern?
    /// In file order.
    public var stages: StageList
    /// Name to how many nodes may run at once.
    public var pools: [String: Int]
    /// Indices of `stages`, sources before users.
    public var order: [Int]

    /// The value of a parameter that says which film of its spec a target is.
    package static let choice = "{choice}"

    public func stage(named name: String) -> Int? { stages.firstIndex { $0.name == name } }

    /// Indices of the stages that `goal` is made from, itself included, in `order`; all stages for nil.
    package func closure(of goal: Int?) -> [Int] {
        guard let goal else { return order }
        var wanted: Set<Int> = [goal], open = [goal]
        while let stage = open.popLast() {
            for next in sources(of: stage) where wanted.insert(next).inserted { open.append(next) }
        }
        return order.filter(wanted.contains)
    }

    /// Stages that must be done before a stage, each once.
    package func sources(of stage: Int) -> [Int] {
        var found: [Int] = [], seen: Set<Int> = []
        for binding in stages[stage].bindings {
            for case .output(let other, _, _) in binding.sources where seen.insert(other).inserted {
                found.append(other)
            }
        }
        for other in stages[stage].after where seen.insert(other).inserted { found.append(other) }
        return found
    }

    /// Patterns of files that must exist before the build, with the place in the pipeline that needs them.
    var requiredFiles: [(pattern: Pattern, place: Place)] { requiredFiles(stages.indices.map { $0 }) }

    func requiredFiles(_ stages: [Int]) -> [(pattern: Pattern, place: Place)] {
        var found: [(Pattern, Place)] = []
        // A file that a stage writes need not exist yet.
        var seen = Set<ByteText>(texts: self.stages.compactMap { $0.output?.text })
        for stage in stages {
            for binding in self.stages[stage].bindings {
                for case .file(let pattern, isOptional: false, let place) in binding.sources
                where seen.insert(pattern.text).inserted {
                    found.append((pattern, place))
                }
            }
        }
        return found
    }
}
