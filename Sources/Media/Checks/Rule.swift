// A check as others may know it: its row of the table, without the judgement.
import Composition

extension Check {
    public var rule: CheckRule {
        CheckRule(id: id, title: title, measures: measures, unit: unit, threshold: threshold, source: source, changedBy: changedBy,
                  severity: severity, runbook: runbook)
    }
}
