// What is wrong with how a reviewer is asked. What is wrong with its answer is a result, not an error: it did not run.

public enum ReviewerProblem: Problem {
    case unknownReviewer(String, known: [String], node: String)
    case endpoint(String, node: String)
    case notAPerson(node: String)
    case otherExhibits(node: String)
    case otherParts(node: String, parts: Int, reports: Int)
    case otherPart(node: String, part: Int)
    case noHome
    case noPython(String)
    case cannotInstall(doing: String, reason: String)

    public var diagnostic: Diagnostic {
        switch self {
        case .unknownReviewer(let name, let known, let node):
            Diagnostic(
                "unknown-reviewer",
                name.isEmpty ? "\(node) does not say which reviewer it asks" : "\(node): unknown reviewer '\(name)'",
                hint: suggestion(name, among: known, label: "reviewers that need no 'program: FILE'"))
        case .endpoint(let url, let node):
            Diagnostic(
                "reviewer-endpoint", "\(node): the endpoint '\(url)' and its model cannot be asked",
                hint: "set both, for example endpoint: \"https://host/v1\" and model: \"its-name\"")
        case .notAPerson(let node):
            Diagnostic(
                "reviewer-not-a-person", "\(node): a program cannot be a person",
                hint: "'kind' is 'rule' or 'model'; a person answers with 'vgraph answer'")
        case .otherExhibits(let node):
            Diagnostic(
                "reviewer-other-exhibits", "\(node): the request and its files are not of one film",
                hint: "wire 'request' and 'exhibits' to the same stage")
        case .otherParts(let node, let parts, let reports):
            Diagnostic(
                "reviewer-other-parts", "\(node): the request has \(parts) parts, and there are \(reports) reports",
                hint: "'parts' names the list over which the reviewer runs, and 'request' its stage")
        case .otherPart(let node, let part):
            Diagnostic(
                "reviewer-other-part", "\(node): report \(part) is not about part \(part) of the request",
                hint: "'parts' names the list over which the reviewer runs, and 'request' its stage")
        case .noHome:
            Diagnostic(
                "reviewers-no-home", fault: .environment,
                "neither HOME nor XDG_DATA_HOME names a folder for the reviewers",
                hint: "set HOME or XDG_DATA_HOME to an absolute path")
        case .noPython(let program):
            Diagnostic(
                "reviewers-no-python", fault: .environment, "'\(program)' is not on PATH",
                hint: "apt-get install python3 python3-venv")
        case .cannotInstall(let doing, let reason):
            Diagnostic(
                "reviewers-cannot-install", fault: .environment, "cannot \(doing): \(reason)",
                hint: "it needs Python 3.11 or later with venv (apt-get install python3-venv), PyPI and 1 GB of space")
        }
    }
}
