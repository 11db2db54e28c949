// What proofreading finds of layers that are seen otherwise than they are written, or not at all.

public enum SeenProblem: Sendable {
    /// `what` is a layer: "'hero.jpg'", "the shape"; `size`: that of its file, in pixels.
    case enlarged(what: String, size: String, times: String, at: Place)
    /// `times`: by how much it is too wide, or too high.
    case stretched(what: String, isWide: Bool, times: String, at: Place)
    case unseen(what: String, Reason, at: Place)
    case cutMove(what: String, property: String, end: String, shown: String, at: Place)
    /// `line`: of the track; `isLate`: the sound comes after the picture; `trim`: of the track, that would be right.
    case soundApart(what: String, line: Int, seconds: String, isLate: Bool, trim: String, at: Place)
    case soundAtOtherSpeed(what: String, line: Int, speed: String, at: Place)

    /// Why a layer is never seen.
    public enum Reason: Sendable, Hashable {
        /// Its opacity or its scale is 0.
        case transparent, tiny
        case covered(by: String, line: Int)
    }

    var words: (id: String, message: String, hint: String?, place: Place) {
        switch self {
        case .enlarged(let what, let size, let times, let at):
            return (
                "P05.enlarged", "\(what) is shown \(times) times as large as its file, which has \(size) pixels",
                "use a larger file, or show it smaller", at
            )
        case .stretched(let what, let isWide, let times, let at):
            return (
                "P05.stretched",
                "\(what) is stretched: it is shown \(times) times as \(isWide ? "wide" : "high") as it should be",
                "use 'fit: cover' or 'contain', or a 'size' with one side 'auto'; if it has nothing to "
                    + "recognise, set the check P05.stretched to off", at
            )
        case .unseen(let what, let reason, let at):
            switch reason {
            case .transparent, .tiny:
                return (
                    "P08.unseen",
                    "\(what) is never seen: its \(reason == .tiny ? "scale" : "opacity") is 0 while it is there",
                    "raise it, or leave the layer out with 'hide: true'", at
                )
            case .covered(let other, let line):
                return (
                    "P08.unseen", "\(what) is never seen: it lies behind \(other) (line \(line))",
                    "later layers are drawn in front of earlier ones: move it behind that line in the list", at
                )
            }
        case .cutMove(let what, let property, let end, let shown, let at):
            return (
                "P08.moves",
                "\(what) is shown for \(shown), but its keyframes of '\(property)' end \(end) after it appears",
                "end them earlier, or show it longer: it does not reach their last value", at
            )
        case .soundApart(let what, let line, let seconds, let isLate, let trim, let at):
            return (
                "P12.lips",
                "the sound of \(what) (line \(line)) comes \(seconds) \(isLate ? "after" : "before") its picture",
                "give the track 'trim: \(trim)', or start layer and track at the same time with the same 'trim'", at
            )
        case .soundAtOtherSpeed(let what, let line, let speed, let at):
            return (
                "P12.lips",
                "\(what) is shown at \(speed) times its speed, but its sound (line \(line)) plays at its own",
                "leave out 'speed', or the track", at
            )
        }
    }
}
