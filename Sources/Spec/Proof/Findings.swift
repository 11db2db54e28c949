// The findings of the checks before rendering, as an artifact for `gate` and the review sheet.
import Diagnostics

public struct Findings: Codable, Sendable {
    public var findings: [Diagnostic]
    public init(findings: [Diagnostic]) { self.findings = findings }
}
