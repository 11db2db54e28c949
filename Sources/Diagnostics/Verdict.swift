// What a stage that judges decides about a target.

public enum Verdict: String, Codable, Sendable, Hashable {
    case pass, revise
}
