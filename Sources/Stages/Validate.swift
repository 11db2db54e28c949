// The spec's structure, and every file it names opened. Runs in a worker: it decodes what it finds.
import Graph
import Work

extension StageDescriptor {
    static let validate = StageDescriptor(
        name: "validate", version: 1, summary: "checks the spec and opens every file it names",
        slots: [Slot("spec", accepts: ["file"]), Slot("props", accepts: ["file"], count: .optional)],
        outputs: [Output("facts", type: "facts", fileName: "facts.json")],
        parameters: [.set],
        tools: ["libavformat", "libavcodec", "fontconfig"],
        place: .worker)
}

extension StageDescriptor.Parameter {
    static let set = Self("set", .table, default: .object([:]), "values for the spec's props; --set adds to them")
}
