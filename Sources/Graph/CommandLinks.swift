// One symbolic link for each file that programs read; the folders they are started in get other names for it.
import Diagnostics
import Glibc
import Store

final class CommandLinks {
    /// Absolute path of the folder with the links; made when first needed, removed with this.
    private var folder: String?
    private var links: [String: String] = [:]
    private var isOff = false

    deinit { if let folder { Folder.remove(folder) } }

    /// - Parameter scratch: a folder beside which ours can be.
    func prepare(beside scratch: String) {
        guard folder == nil, !isOff, let slash = scratch.utf8.lastIndex(of: UInt8(ascii: "/")) else { return }
        let path = scratch[...slash] + "links-" + Unique.name()
        if mkdir(path, 0o777) == 0 { folder = path } else { isOff = true }
    }

    /// Puts a link to a file into an open folder. false: it must be made there.
    func link(to source: String, _ descriptor: Int32, _ place: String) -> Bool {
        guard let folder else { return false }
        let name = links[source] ?? folder + "/" + String(links.count)
        if links[source] == nil {
            guard symlink(source, name) == 0 else { return false }
            links[source] = name
        }
        return linkat(AT_FDCWD, name, descriptor, place, 0) == 0
    }
}
