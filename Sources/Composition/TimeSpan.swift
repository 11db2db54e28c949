// A stretch of a film, in seconds from its start.

public struct TimeSpan: Codable, Sendable, Hashable {
    public var from: Double
    public var to: Double
    public init(from: Double, to: Double) { (self.from, self.to) = (from, to) }

    /// Reports show hundredths of a second, and persons write what they read.
    private static let rounding = 0.005001

    public func covers(_ other: TimeSpan) -> Bool {
        from <= other.from + Self.rounding && other.to <= to + Self.rounding
    }
}
