// What a worker is asked for outside of a graph: a job that is no node. Those of the engine itself are here, those of
// commands in the module Stages.

public struct Request: Sendable {
    public let name: String
    public init(_ name: String) { self.name = name }
}

/// What do searches find now? The answers are in the outcome.
public enum AnswersRequest {
    public static let request = Request("answers")
    public static let questions = Parameter<[String]>("questions", list: "as stages noted them in their outcomes")
}

/// Where do two results of one stage begin to differ, in frames or packets? The answer is a note of the outcome.
public enum DifferenceRequest {
    public static let request = Request("difference")
    public static let first = Slot("first", ArtifactKind(file: "any"))
    public static let second = Slot("second", ArtifactKind(file: "any"))
    public static let type = Parameter("type", default: "", "the type of the results")
}
