// Chooses the frames for reviewers: the beginning, middle and end of each text, with as few frames as possible.

extension ClaimList {
    /// Length in seconds of the windows after a text becomes still and before it leaves.
    private static let edge = 0.4

    /// Ascending. Every text and caption has one in its first window, one in its middle and one in its last window.
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
        // The smallest set that meets every window: greedily, the last frame of the window that ends first.
        var frames: [Int] = []
        for window in windows.sorted(by: { $0.upperBound < $1.upperBound })
        where frames.last.map({ $0 < window.lowerBound }) ?? true {
            frames.append(window.upperBound - 1)
        }
        return frames
    }

    /// Ids of the texts and captions that must be visible in a frame.
    public func claims(at frame: Int) -> [String] {
        claims.filter { $0.seen != nil && $0.startFrame <= frame && frame < $0.endFrame }.map(\.id)
    }
}
