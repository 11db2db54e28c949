// The request that a build's state file answers: is anything to do for these targets, with these settings? On the path
// of a build with nothing to do, so it must not use Foundation.
import Glibc

extension StateRequest {
    /// The request of a build. It includes where searches look and which worker runs.
    /// - Parameters:
    ///   - targets: as on the command line; empty: every target of the folder.
    ///   - films: options that decide which films there are, in their order.
    ///   - roots: folders outside the workspace, by name; absolute.
    public init(
        workspace: String, targets: [String], sets: [String: String], environment: [String], worker: String,
        verifiesOutputs: Bool = false, sandbox: Bool = true, roots: [String: String] = [:],
        films: [String] = []
    ) {
        let settings = sets.map { "set \($0.key)=\($0.value)" } + environment.map { "env " + $0 } + ["worker " + worker]
        let conditions =
            Self.searchedEnvironment + (verifiesOutputs ? ["verify outputs"] : [])
            + (sandbox ? [] : ["no sandbox"]) + roots.sorted { $0.key < $1.key }.map { "root \($0.key)=\($0.value)" }
            + films.map { "films " + $0 }
        self.init(workspace: workspace, targets: targets, settings: settings + conditions)
    }

    /// The environment variables that tell searches for programs and fonts where to look.
    public static var searchedEnvironment: [String] {
        [
            "PATH", "HOME", "XDG_DATA_HOME", "XDG_DATA_DIRS", "XDG_CONFIG_HOME", "FONTCONFIG_FILE", "FONTCONFIG_PATH",
            "FONTCONFIG_SYSROOT",
        ].compactMap { name in getenv(name).map { name + "=" + String(cString: $0) } }
    }
}
