// How those who answered a claim agree. It is shown to people and decides nothing: the gate weighs each answer itself.

public enum Agreement: String, Codable, Sendable, Hashable, CaseIterable {
    /// Several answered, all that it holds.
    case agree
    /// Some answered that it holds, and some that it does not.
    case split
    /// One alone answered, that it holds.
    case single
    /// All who answered say that it does not hold.
    case contradict
    /// Who was asked abstained, or was not asked at all.
    case none

    /// - Parameters: who answered that a claim holds, and who that it does not. Reviewers of one family make the same
    ///   errors, so a family is one voice.
    public init(supporting: Set<String>, opposing: Set<String>) {
        self =
            switch (supporting.count, opposing.count) {
            case (0, 0): .none
            case (0, _): .contradict
            case (1, 0): .single
            case (_, 0): .agree
            default: .split
            }
    }

    /// - Parameter persons: what persons answered, by name: whether the claim holds.
    public init(on claim: String, _ reports: [ReviewerReport], persons: [(name: String, supports: Bool)] = []) {
        var supporting: Set<String> = [], opposing: Set<String> = []
        for report in reports where report.status == .done {
            for observation in report.observations where observation.claim == claim {
                switch observation.verdict {
                case .supports: supporting.insert(report.reviewer.family)
                case .contradicts, .absent: opposing.insert(report.reviewer.family)
                case .notApplicable, .abstain: break
                }
            }
        }
        // A person's name is never a family's.
        for person in persons {
            if person.supports {
                supporting.insert("person " + person.name)
            } else {
                opposing.insert("person " + person.name)
            }
        }
        self.init(supporting: supporting, opposing: opposing)
    }
}

/// How often two reviewers answered the same.
public struct Concord: Sendable, Hashable {
    public var names: [String]
    /// Claims that both answered, and those of them that both answered alike.
    public var both = 0
    public var alike = 0

    /// Each pair of reviewers that both answered at least one claim.
    public static func pairs(_ reports: [ReviewerReport]) -> [Concord] {
        let said: [(name: String, answers: [String: Bool])] = reports.filter { $0.status == .done }.map { report in
            var answers: [String: Bool] = [:]
            for observation in report.observations {
                switch observation.verdict {
                case .supports: answers[observation.claim] = answers[observation.claim] ?? true
                case .contradicts, .absent: answers[observation.claim] = false
                case .notApplicable, .abstain: break
                }
            }
            for claim in Observation.unasked { answers[claim] = nil }
            return (report.reviewer.name, answers)
        }
        var pairs: [Concord] = []
        for (index, one) in said.enumerated() {
            for other in said[(index + 1)...] {
                let both = one.answers.filter { other.answers[$0.key] != nil }
                guard !both.isEmpty else { continue }
                pairs.append(
                    Concord(
                        names: [one.name, other.name], both: both.count,
                        alike: both.count { other.answers[$0.key] == $0.value }))
            }
        }
        return pairs
    }
}
