// A temporary folder for one job outside a build. It is not in the cache, since `vgraph check` works without one.
import Diagnostics
import Files
import FoundationEssentials
import Glibc
import Store

struct JobFolder: ~Copyable {
    let path: String

    init() throws {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        guard let made = strdup(parent + "/vgraph-XXXXXX") else {
            throw Refusal(.cannotWrite(path: parent, reason: "no memory"))
        }
        defer { free(made) }
        guard mkdtemp(made) != nil else {
            throw Refusal(.cannotWrite(path: parent, reason: String(cString: strerror(errno))))
        }
        path = String(cString: made)
    }

    deinit { Folder.remove(path) }

    /// The JSON that the worker wrote here.
    func value<T: Decodable>(_ type: T.Type, _ file: String?, of what: String) throws -> T {
        guard let file, let data = try? Data(contentsOf: URL(filePath: path + "/" + file)),
            let value = try? JSONDecoder().decode(type, from: data)
        else {
            throw Refusal(.badReport(what))
        }
        return value
    }
}
