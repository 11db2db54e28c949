// The programs and the packages of the reviewers that vgraph brings along, as text: the binary needs no folder of its
// own beside it. A test holds each equal to its file in pipelines/reviewers.

public enum BuiltInReviewers {
    /// By file name; all lie beside the one that is started.
    public static let programs: [(name: String, text: String)] = [
        ("model.py", model), ("protocol.py", `protocol`), ("speech.py", speech), ("text.py", text),
        ("voice.py", voice),
    ]
    /// What pip is given.
    public static let packages = requirements
}
