// Folders for jobs, used again by the next job once they are empty, in this build or in a later one: to make and remove
// a folder for each of ten thousand small jobs costs more than the jobs (a file system does not give a number that was
// just set free to the next file, and looks long for another).
//
// In use, a folder is in `tmp/` under a name of its own; between builds it is in `scratch/`. A killed build's
// folders are therefore swept with `tmp/`, and whatever may still write into one of them writes into no job's folder.
import CSystem
import Diagnostics
import Files
import Glibc

public final class ScratchPool {
    private let cache: Cache
    private let kind: String
    /// Folders that stay in a folder that is given back, empty.
    private let kept: [String]
    private var free: [String] = []
    private static let most = 16

    /// - Parameter kind: a letter for those that keep the same folders.
    public init(_ cache: Cache, kind: String, keeping kept: [String] = []) {
        self.cache = cache
        self.kind = kind
        self.kept = kept
    }

    deinit { store() }

    private func place(_ number: Int) -> String { cache.root + "/scratch/" + kind + String(number) }

    /// A folder with nothing in it but, perhaps, the kept ones. Give it back, or remove it.
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

    /// What is put there is empty: with anything in it a folder is not the pool's.
    private func isEmpty(_ folder: String) -> Bool {
        guard let names = (try? cache.folder.names(folder)) ?? nil else { return false }
        return names.allSatisfy { name in
            kept.contains(name) && ((try? cache.folder.names(folder + "/" + name)) ?? nil)?.isEmpty == true
        }
    }

    /// Empties a folder for the next job; one that cannot be emptied is removed as far as that goes.
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

    /// Leaves the free folders to later builds.
    public func store() {
        for folder in free where !(0..<Self.most).contains(where: { cache.folder.move(folder, to: place($0)) == 0 }) {
            cache.folder.remove(folder)
        }
        free = []
    }
}
