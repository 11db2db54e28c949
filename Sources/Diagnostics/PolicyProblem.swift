// What can be wrong with a policy of the gate.

public enum PolicyProblem: Problem {
    case unknown(String, known: [String])
    case otherName(String, file: String, at: Place)
    case neverWaivable(String, at: Place)

    public var diagnostic: Diagnostic {
        switch self {
        case .unknown(let name, let known):
            Diagnostic(
                "unknown-policy", "unknown policy '\(name)'",
                hint:
                    "policies: \(known.joined(separator: ", ")); or write pipelines/policies/\(name).yaml and name it "
                    + "as the gate stage's 'rules'")
        case .otherName(let name, let file, let place):
            Diagnostic(
                "other-policy-name", "the file of the policy '\(file)' names itself '\(name)'",
                hint: "write policy: \(file)", at: place)
        case .neverWaivable(let id, let place):
            Diagnostic(
                "never-waivable", "'\(id)' can never be waived: it checks that the file is complete",
                hint: "remove it from 'waivable'", at: place)
        }
    }
}
