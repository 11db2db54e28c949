// The program and the package that sign what is published, as text. A test holds each equal to its file in
// pipelines/publishing.

public enum BuiltInPublishing {
    /// What pip is given.
    static let packages = requirements
}
