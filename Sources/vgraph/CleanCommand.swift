import ArgumentParser
import Diagnostics
import Glibc
import Graph
import Store

struct CleanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean", abstract: "Remove the targets that the folder's pipelines make.",
        discussion: "The cache stays, so the next build brings them back at once; --cache-too removes it as well.")

    @OptionGroup var folder: FolderOptions
    @Flag(help: "Remove the cache too: the next build starts from nothing.") var cacheToo = false
    @Flag(help: "Also remove files at targets' places that vgraph did not write.") var force = false
    @Flag(name: [.customShort("n"), .long], help: "Say what would be removed.") var dryRun = false

    func run() throws {
        try exiting(json: folder.json) {
            let place = try Place(folder)
            let written = Published(workspace: place.workspace, cache: try Cache(place.cache, for: .reading))
            var foreign: [String] = []
            for (target, isFolder) in try place.builder.places(in: place.folders) {
                var status = stat()
                guard lstat(place.workspace + "/" + target, &status) == 0 else { continue }
                if isFolder && status.st_mode & S_IFMT == S_IFDIR { foreign += try clear(folder: target, written, place); continue }
                guard try force || written.find(target).isReplaceable else { foreign.append(target); continue }
                try remove(target, place)
                written.forget(target)
            }
            if !dryRun && access(place.cache + "/state", W_OK) == 0 { try written.save() }
            if !foreign.isEmpty { throw Refusal(.notOurs(foreign)) }
            guard cacheToo else { return }
            print(dryRun ? "would remove \(place.cache)" : "removed \(place.cache)")
            if !dryRun {
                // Opened first: a folder that is not a cache is never removed, and a build under way is waited for.
                let cache = try opened(place)
                try removeAll(of: cache)
            }
        }
    }
}

extension CleanCommand {
    private func remove(_ target: String, _ place: Place) throws {
        print(dryRun ? "would remove \(target)" : "removed \(target)")
        if !dryRun, unlink(place.workspace + "/" + target) != 0 {
            throw Refusal(.cannotWrite(target, error: String(cString: strerror(errno))), status: .failed)
        }
    }

    /// What vgraph put into a folder, and the folder itself where nothing else is in it. Returns what is the user's own.
    private func clear(folder: String, _ written: Published, _ place: Place) throws -> [String] {
        let root = Root(place.workspace, links: .inside)
        var open = [folder], seen: [String] = [], foreign: [String] = []
        while let next = open.popLast() {
            seen.append(next)
            for entry in try root.entries(place.workspace + "/" + next) ?? [] {
                let path = next + "/" + entry.name
                if entry.kind == .folder { open.append(path); continue }
                guard try force || (entry.kind == .file && entry.name.utf8.last != UInt8(ascii: "/") && written.find(path).isReplaceable) else {
                    foreign.append(path)
                    continue
                }
                try remove(path, place)
                written.forget(path)
            }
        }
        if !dryRun { written.removeEmpty(seen) }
        return foreign
    }
}

private func removeAll(of cache: Cache) throws(StoreProblem) {
    let lock = try CacheLock.exclusive(cache)
    Folder.remove(cache.root)
    _ = consume lock
}

func opened(_ place: Place) throws -> Cache {
    do throws(StoreProblem) { return try Cache(place.cache, for: .serving) } catch { throw Refusal([error.diagnostic]) }
}
