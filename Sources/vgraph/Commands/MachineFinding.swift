/// Something on this machine that builds need or can use, as `doctor` found it.
struct MachineFinding {
    var name: String
    var state: String
    /// What fixes it; nil: nothing is wrong.
    var remedy: String?
    /// No build works without it.
    var isNeeded: Bool

    init(_ name: String, _ state: String, remedy: String? = nil, isNeeded: Bool = true) {
        self.name = name
        self.state = state
        self.remedy = remedy
        self.isNeeded = isNeeded
    }
}
