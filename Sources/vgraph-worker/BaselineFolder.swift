// Reads a folder of approved pictures. Each picture is verified against the folder's list before it is used.
import CSystem
import Composition
import Diagnostics
import Digests
import FoundationEssentials
import Glibc
import Media
import Work

struct BaselineFolder {
    /// Relative to the workspace, as the spec names it.
    let name: String
    let path: String
    private var root = ""
    /// The files read, for the node's record, since a changed baseline changes the result.
    private(set) var read: [Discovered] = []
    private(set) var baseline: Baseline?
    /// Why there is nothing to compare with.
    private(set) var refusal: String?

    private static let listLimit = 4 << 20, pictureLimit = 256 << 20

    init(_ name: String, workspace: String) {
        self.name = name
        path = workspace + "/" + name
        guard !name.hasPrefix("/"), !name.split(separator: "/").contains(".."), !name.isEmpty else {
            refusal = "the baseline '\(name)' is outside the workspace"
            return
        }
        let list = name + "/" + Baseline.fileName
        root = workspace
        guard let data = Self.bytes(list, in: root, limit: Self.listLimit) else {
            read.append(Discovered(path: list, digest: nil))
            refusal = "'\(name)' has no baseline yet: 'vgraph baseline accept TARGET' makes one"
            return
        }
        read.append(Discovered(path: list, digest: Self.digest(data)))
        guard let baseline = try? JSONDecoder().decode(Baseline.self, from: data), baseline.version == Baseline.current,
            baseline.frames.count <= Baseline.maximumFrames,
            baseline.frames.allSatisfy({ Self.isPlain($0.file) && (0..<10_000_000).contains($0.offset) })
        else {
            refusal = "this version of vgraph cannot read the baseline '\(list)'"
            return
        }
        self.baseline = baseline
    }

    /// An approved picture; a failure if its bytes are not the accepted ones.
    mutating func picture(_ frame: Baseline.KeyFrame) -> Result<Bitmap, BaselineFault> {
        let file = name + "/" + frame.file
        guard let data = Self.bytes(file, in: root, limit: Self.pictureLimit) else {
            note(Discovered(path: file, digest: nil))
            return .failure(BaselineFault(words: "'\(file)' is missing"))
        }
        note(Discovered(path: file, digest: Self.digest(data)))
        guard Self.sha256(data) == frame.sha256 else {
            return .failure(BaselineFault(words: "'\(file)' is not the picture that was accepted"))
        }
        do { return .success(try Picture.decode(path: path + "/" + frame.file, name: file)) } catch {
            return .failure(
                BaselineFault(words: (error as? MediaProblem)?.diagnostic.message ?? "cannot read '\(file)'"))
        }
    }

    private mutating func note(_ item: Discovered) { if !read.contains(item) { read.append(item) } }

    /// Whether it is a plain file name, not a path.
    private static func isPlain(_ file: String) -> Bool {
        !file.isEmpty && !file.contains("/") && !file.hasPrefix(".") && file.utf8.count <= 255
    }

    /// nil also if the path leads outside the workspace.
    private static func bytes(_ name: String, in workspace: String, limit: Int) -> Data? {
        let folder = open(workspace, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return nil }
        defer { close(folder) }
        let file = csystem_open_beneath(folder, workspace, name, O_RDONLY | O_NONBLOCK, 0, 1)
        guard file >= 0 else { return nil }
        close(file)
        let path = workspace + "/" + name
        var info = stat()
        guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size <= limit else { return nil }
        return try? Data(contentsOf: URL(filePath: path))
    }

    private static func digest(_ data: Data) -> Digest { data.withUnsafeBytes { Digest.of($0) } }

    static func sha256(_ data: Data) -> String { data.withUnsafeBytes { SHA256.of($0) } }
}

struct BaselineFault: Error { var words: String }
