/// One thing of the machine that builds need or can use, as `doctor` found it.
struct MachineFinding {
    var name: String
    var state: String
    /// The command that mends it; nil where all is well.
    var remedy: String?
    /// Without it nothing builds.
    var isNeeded: Bool

    init(_ name: String, _ state: String, remedy: String? = nil, isNeeded: Bool = true) {
        self.name = name
        self.state = state
        self.remedy = remedy
        self.isNeeded = isNeeded
    }
}
