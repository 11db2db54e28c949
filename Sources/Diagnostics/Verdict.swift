// The decision of a judging stage about a target.

public enum Verdict: String, Codable, Sendable, Hashable {
    case pass, revise
}
