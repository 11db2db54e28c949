// Why a call did not give what was asked for. What each means for the build is decided here: whether it is tried again,
// and how soon the remote is given up on. A miss is no trouble.
import Diagnostics

enum Trouble: Error {
    /// No connection, or it broke.
    case down(String)
    /// Not a byte for so many seconds.
    case stalled(Double)
    /// The server said that it cannot now.
    case failing(String)
    /// The server refuses: a secret is missing, wrong, or allows less.
    case denied(String)
    /// To where it points.
    case redirect(String)
    /// What came is not what was asked for.
    case wrong(String)
    /// The server does not take this.
    case rejected(String)
    /// It does not speak the protocol as it must.
    case foreign(String)
    /// The remote was given up on while this waited.
    case off
    /// This machine's fault, for example a full disk.
    case here(String)

    /// Whether the same call may do better a little later.
    var isTransient: Bool {
        switch self {
        case .down, .failing: true
        default: false
        }
    }

    /// Whether it may be about one of several things that were asked for together.
    var isOfOnePart: Bool {
        switch self {
        case .wrong, .rejected: true
        default: false
        }
    }

    /// How much of the patience with a remote this uses up: after `Patience.limit` in a row it is off.
    var weight: Int {
        switch self {
        case .wrong: 1
        case .stalled: 3
        // A call was made several times by then.
        case .down, .failing: Patience.limit
        case .denied, .redirect, .foreign: Patience.limit
        case .rejected, .off, .here: 0
        }
    }

    var words: String {
        switch self {
        case .down(let reason), .failing(let reason), .denied(let reason), .wrong(let reason), .rejected(let reason),
            .foreign(let reason), .here(let reason):
            reason
        case .stalled(let seconds): "it sent nothing for \(decimals(seconds, 1)) s"
        case .redirect(let place): "it redirects to \(place)"
        case .off: "it is off for this build"
        }
    }
}

/// Counts what goes wrong in a row, so that a remote that is down costs a few calls and not one a node.
struct Patience {
    static let limit = 5
    private(set) var used = 0
    private(set) var isGone = false

    mutating func succeed() { used = 0 }

    /// - Returns: whether the remote is given up on now.
    mutating func fail(_ trouble: Trouble) -> Bool {
        used += trouble.weight
        guard !isGone, used >= Self.limit else { return false }
        isGone = true
        return true
    }
}
