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
    enum Wire {
        case file(Pattern, isOptional: Bool, at: Place)
        case files(Glob, isOptional: Bool, at: Place)
        case reference(Reference)
    }
    /// What becomes a part of the stage as it is. Large, so it is given away when the stage is made: ten thousand
    /// stages are not in memory twice.
    final class Body {
        var descriptor: StageDescriptor
        var parameters: [String: Value] = [:]
        var pool: (name: String, place: Place)?
        var terms = Pipeline.Terms()
        var command: CommandStage?
        var output: (pattern: Pattern, place: Place)?
        init(_ descriptor: StageDescriptor) { self.descriptor = descriptor }
    }

    var name: String
    var place: Place
    var wires: [(slot: StageDescriptor.Slot, wires: [Wire], place: Place)] = []
    /// A reference, or files.
    var each: Wire?
    var after: [Reference] = []
    private var kept: Body?

    init(name: String, place: Place, descriptor: StageDescriptor, parameters: [String: Value] = [:]) {
        self.name = name
        self.place = place
        let body = Body(descriptor)
        body.parameters = parameters
        kept = body
    }

    /// Until it is given away.
    private var body: Body {
        guard let kept else { preconditionFailure("the stage '\(name)' is made") }
        return kept
    }
    var descriptor: StageDescriptor {
        get { body.descriptor }
        set { body.descriptor = newValue }
    }
    var parameters: [String: Value] {
        get { body.parameters }
        set { body.parameters = newValue }
    }
    var pool: (name: String, place: Place)? {
        get { body.pool }
        set { body.pool = newValue }
    }
    var terms: Pipeline.Terms {
        get { body.terms }
        set { body.terms = newValue }
    }
    var command: CommandStage? {
        get { body.command }
        set { body.command = newValue }
    }
    var output: (pattern: Pattern, place: Place)? {
        get { body.output }
        set { body.output = newValue }
    }

    /// From now on only its wires and its name are known.
    mutating func giveAway() { kept = nil }
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
