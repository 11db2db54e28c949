// A cache export as a cache of its own in a scratch folder: read and checked as `cache import` does, and gone with this
// object. What it holds does not reach the folder's cache.
import Diagnostics
import Files
import Store

final class ArchivedCache {
    let cache: Cache
    let nodes: ArchiveNodes
    private let scratch: String

    /// - Parameters:
    ///   - name: as the user typed it.
    ///   - scratch: an empty folder; removed with this object.
    init(_ name: String, in scratch: String) throws {
        let path = Folder.absolute(name)
        do {
            let cache = try Cache(scratch + "/cache", for: .serving)
            let taken: ArchiveImport.Taken
            do throws(ArchiveProblem) { taken = try ArchiveImport(cache).read(path) } catch { throw error.diagnostic }
            guard let nodes = taken.nodes else {
                throw DiffProblem.noSuchSide(
                    name, reason: "an older vgraph exported it, without the names of its nodes; export it again"
                ).diagnostic
            }
            (self.cache, self.nodes, self.scratch) = (cache, nodes, scratch)
        } catch {
            Folder.remove(scratch)
            throw error
        }
    }

    deinit { Folder.remove(scratch) }
}
