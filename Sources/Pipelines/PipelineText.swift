// A pipeline as written: names and places, not yet wired to each other.
import Diagnostics
import Patterns
import Work

/// A stage as written.
struct StageText {
    struct Reference {
        var stage: String
        var output: String?
        var text: String
        var place: Place
        /// Selects the matching files of a folder.
        var filter: Pipeline.Filter?
    }
    /// Its cases lie elsewhere, since they are large and a stage has several.
    indirect enum Wire {
        case file(Pattern, isOptional: Bool, at: Place)
        case files(Glob, isOptional: Bool, at: Place)
        case reference(Reference)
    }

    var name: String
    var place: Place
    var wires: [(slot: StageDescriptor.Slot, wires: [Wire], place: Place)] = []
    /// A reference, or files.
    var each: Wire?
    var after: [Reference] = []
    /// Becomes a part of the stage.
    let core: Pipeline.Stage.Core

    init(name: String, place: Place, descriptor: StageDescriptor, parameters: [String: Value] = [:]) {
        self.name = name
        self.place = place
        core = Pipeline.Stage.Core(Pipeline.Kind(descriptor), parameters: parameters)
    }

    var descriptor: StageDescriptor {
        get { core.kind.descriptor }
        nonmutating set { core.kind = Pipeline.Kind(newValue) }
    }
    var parameters: [String: Value] { core.parameters }
    var pool: (name: String, place: Place)? { core.pool }
    var command: CommandStage? { core.command }
    var output: (pattern: Pattern, place: Place)? { core.output }
}

struct PipelineText {
    var name: String
    var file: String
    var target: Pattern
    var targetPlace: Place
    var films: Pattern?
    var stages: [StageText]
    var pools: [String: Int]
}

/// Whether a name of a stage, an output or a variable may contain a byte.
func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
    default: false
    }
}
