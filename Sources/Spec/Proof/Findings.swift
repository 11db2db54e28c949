// What was found before rendering, as an artifact: `gate` decides by it and the review sheet shows it.
import Diagnostics

public struct Findings: Codable, Sendable {
    public var findings: [Diagnostic]
    public init(findings: [Diagnostic]) { self.findings = findings }
}
