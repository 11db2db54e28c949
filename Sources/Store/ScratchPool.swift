// Folders for jobs, used again by the next job once they are empty: to make and remove a folder for each of ten thousand
// small jobs costs more than the jobs (a file system does not give a number that was just set free to the next file).
import CSystem
import Diagnostics
import Glibc

public struct ScratchPool {
    private let cache: Cache
    /// Folders that stay in a folder that is given back, empty.
    private let kept: [String]
    private var free: [String] = []

    public init(_ cache: Cache, keeping kept: [String] = []) {
        self.cache = cache
        self.kept = kept
    }

    /// A folder with nothing in it but, perhaps, the kept ones.
    public mutating func take() throws(StoreProblem) -> String {
        if let folder = free.popLast() { return folder }
        return try cache.makeScratch()
    }

    /// Empties a folder; one that cannot be emptied is removed as far as that goes.
    public mutating func give(back folder: String) {
        let isEmpty = kept.withCStrings { csystem_empty_folder(folder, $0) == 0 }
        if isEmpty && free.count < 64 { free.append(folder) } else { Folder.remove(folder) }
    }

    public mutating func clear() {
        for folder in free { Folder.remove(folder) }
        free = []
    }
}

extension Array<String> {
    /// As C has a list of texts: pointers, the last of them NULL.
    fileprivate func withCStrings<Result>(_ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result) -> Result {
        let texts = map { strdup($0) }
        defer { for text in texts { free(text) } }
        return (texts.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { body($0.baseAddress!) }
    }
}
