// Which frames reviewers look at: of each text its beginning, its middle and its end, and as few frames as do for all.

extension ClaimList {
    /// Seconds after a text stands and before it leaves within which it has to be seen.
    private static let edge = 0.4

    /// Ascending; every text and caption has one in its first moments, one in its middle and one in its last.
    public var sampledFrames: [Int] {
        var windows: [Range<Int>] = []
        for claim in claims where claim.seen != nil {
            let count = claim.endFrame - claim.startFrame
            guard count > 0 else { continue }
            let edge = max(1, min(rate.frame(atSeconds: Self.edge), (count + 2) / 3))
            let third = count / 3
            windows.append(claim.startFrame..<claim.startFrame + edge)
            windows.append(claim.startFrame + third..<max(claim.startFrame + third + 1, claim.endFrame - third))
            windows.append(claim.endFrame - edge..<claim.endFrame)
        }
        // The least set that meets every window: the last frame of that which ends first, again and again.
        var frames: [Int] = []
        for window in windows.sorted(by: { $0.upperBound < $1.upperBound })
        where frames.last.map({ $0 < window.lowerBound }) ?? true {
            frames.append(window.upperBound - 1)
        }
        return frames
    }

    /// Ids of the texts and captions that have to be seen in a frame.
    public func claims(at frame: Int) -> [String] {
        claims.filter { $0.seen != nil && $0.startFrame <= frame && frame < $0.endFrame }.map(\.id)
    }
}
