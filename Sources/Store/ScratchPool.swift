// Folders for jobs, which are emptied and used again, in this build or in a later one: creating and removing a folder
// for each of ten thousand small jobs costs more than the jobs (file systems avoid inode numbers that were just freed,
// and search long for others).
//
// A folder in use is in `tmp/` under a name of its own; between builds it is in `scratch/`. So the folders of a killed
// build are swept with `tmp/`, and a process that still writes into one cannot write into another job's folder.
import CSystem
import Diagnostics
import Files
import Glibc

public final class ScratchPool {
    private let cache: Cache
    private let kind: String
    /// Empty folders that stay in a returned folder.
    private let kept: [String]
    private var free: [String] = []
    private static let most = 16

    /// - Parameter kind: a letter for pools that keep the same folders.
    public init(_ cache: Cache, kind: String, keeping kept: [String] = []) {
        self.cache = cache
        self.kind = kind
        self.kept = kept
    }

    deinit { store() }

    private func place(_ number: Int) -> String { cache.root + "/scratch/" + kind + String(number) }

    /// An empty folder, except perhaps for the kept folders. Give it back, or remove it.
    public func take() throws(StoreProblem) -> String {
        if let folder = free.popLast() { return folder }
        let path = cache.temporary + "/" + Unique.name()
        for number in 0..<Self.most where isEmpty(place(number)) && cache.folder.move(place(number), to: path) == 0 {
            if empty(path) { return path }
            cache.folder.remove(path)
            break
        }
        let code = cache.folder.make(path)
        if code != 0 { throw .writing(path, code) }
        return path
    }

    /// Only empty folders are in the pool, so a folder with content is not used.
    private func isEmpty(_ folder: String) -> Bool {
        guard let names = (try? cache.folder.names(folder)) ?? nil else { return false }
        return names.allSatisfy { name in
            kept.contains(name) && ((try? cache.folder.names(folder + "/" + name)) ?? nil)?.isEmpty == true
        }
    }

    /// Empties a folder for the next job; removes one that cannot be emptied, as far as possible.
    public func give(back folder: String) {
        if empty(folder) && free.count < Self.most { free.append(folder) } else { cache.folder.remove(folder) }
    }

    private func empty(_ folder: String) -> Bool {
        let texts = kept.map { strdup($0) }
        defer { for text in texts { Glibc.free(text) } }
        return (texts.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer {
            csystem_empty_folder(folder, $0.baseAddress!) == 0
        }
    }

    /// Moves the free folders to `scratch/` for later builds.
    public func store() {
        for folder in free where !(0..<Self.most).contains(where: { cache.folder.move(folder, to: place($0)) == 0 }) {
            cache.folder.remove(folder)
        }
        free = []
    }
}
