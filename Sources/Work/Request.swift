// Requests to a worker outside a graph: jobs without a node. The engine's own are here, those of commands in the module
// Stages.

public struct Request: Sendable {
    public let name: String
    public init(_ name: String) { self.name = name }
}

/// Asks what searches find now. The answers are in the outcome.
public enum AnswersRequest {
    public static let request = Request("answers")
    public static let questions = Parameter<[String]>("questions", list: "as stages noted them in their outcomes")
}

/// Asks for the first frame or packet in which two results of a stage differ. The answer is a note in the outcome.
public enum DifferenceRequest {
    public static let request = Request("difference")
    public static let first = Slot("first", ArtifactKind(file: "any"))
    public static let second = Slot("second", ArtifactKind(file: "any"))
    public static let type = Parameter("type", default: "", "the type of the results")
}
