// Frames to draw on, used again as soon as no one holds them. The encoder holds a frame until it is encoded, so that it
// need not be copied.

struct SpareFrames {
    let width, height: Int
    private var frames: [I420Frame] = []

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// A frame that no one else holds. Its pixels are those of any earlier frame.
    mutating func next() -> I420Frame {
        for index in frames.indices where isKnownUniquelyReferenced(&frames[index]) { return frames[index] }
        let frame = I420Frame(width: width, height: height)
        frames.append(frame)
        return frame
    }
}
