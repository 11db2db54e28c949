// The program that signs a film with content credentials (C2PA): how it is started. It reads one request as JSON on its
// standard input and answers with one line; pipelines/publishing/c2pa.py says what is in both.

public enum CredentialSigner {
    /// Program and arguments; nil: its package is not installed, which `remedy` does.
    public static var command: [String]? {
        guard InstalledPackages.c2pa.mark != nil, let python = InstalledPackages.c2pa.python else { return nil }
        // Isolated: no module is taken from the working folder, the environment or the home folder, since it would see
        // the key.
        return [python, "-I", "-B", "-c", BuiltInPublishing.c2pa]
    }

    public static let remedy = InstalledPackages.c2pa.remedy
}
