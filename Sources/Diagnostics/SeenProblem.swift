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
    /// `shapes`: those of the screens that the profiles describe, such as "9:16".
    case otherShape(size: String, shapes: String, rule: String, at: Place)
    /// `rate`: frames a second; `what` moves, which is in line `line`.
    case jerky(rate: String, what: String, line: Int, at: Place)
    /// A clip; `rate`: its pictures a second, `film`: frames a second.
    case uneven(String, rate: String, film: String, at: Place)
    /// `frames`: for how many the scene is shown.
    case flashingScene(id: String, frames: Int, seconds: String, at: Place)
    case repeatedScene(id: String, before: String, line: Int, at: Place)

    /// Why a layer is never seen.
    public enum Reason: Sendable, Hashable {
        /// Its opacity or its scale is 0.
        case transparent, tiny
        case covered(by: String, line: Int)
        /// Its file is transparent throughout.
        case clear
        /// All of it has the colour of what lies behind it: "#ffffff", "the background".
        case sameColor(String, behind: String)
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
            case .clear:
                return (
                    "P08.unseen", "\(what) is never seen: its file is transparent throughout",
                    "export the picture again, with its layers shown", at
                )
            case .sameColor(let color, let behind):
                return (
                    "P08.unseen", "\(what) is never seen: all of it is \(color.prefix(7)), as is \(behind) behind it",
                    "use the picture in another colour (a logo for light or dark backgrounds), or change \(behind)", at
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
        case .otherShape(let size, let shapes, let rule, let at):
            return (
                "P01.shape",
                "the picture is \(size), but the profile describes a screen of \(shapes): it will lie between bars or "
                    + "be cropped",
                "make a format of that shape ('formats'), or name the profile of another place; source: \(rule)", at
            )
        case .jerky(let rate, let what, let line, let at):
            return (
                "P01.rate", "'video.fps' is \(rate), so \(what) (line \(line)) moves in jerks",
                "use 24 to 60 frames a second; an edit costs only what it changes at any rate", at
            )
        case .uneven(let name, let rate, let film, let at):
            return (
                "P03.rate",
                "'\(name)' has \(rate) pictures a second and the video \(film) frames, so its motion is uneven",
                "write 'fps: \(rate)' in 'video', or set the check P03.rate to off", at
            )
        case .flashingScene(let id, let frames, let seconds, let at):
            return (
                "P08.flash",
                "the scene '\(id)' is shown for \(seconds) (\(frames) frame\(frames == 1 ? "" : "s")): it flashes up "
                    + "between longer ones, too short to be seen",
                "show it longer, or remove it", at
            )
        case .repeatedScene(let id, let before, let line, let at):
            return (
                "P08.repeated",
                "the scene '\(id)' shows and says the same as '\(before)' before it (line \(line))",
                "write what it should say, remove it, or show the first one longer", at
            )
        }
    }
}
