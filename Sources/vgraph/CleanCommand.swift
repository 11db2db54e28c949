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
    @Flag(help: "Also remove files at targets' places that are no results in the cache.") var force = false
    @Flag(name: [.customShort("n"), .long], help: "Say what would be removed.") var dryRun = false

    func run() throws {
        try exiting(json: folder.json) {
            let place = try Place(folder)
            var foreign: [String] = []
            let root = Root(place.workspace, links: .inside)
            for target in try place.builder.targets(in: place.folders) {
                let path = place.workspace + "/" + target
                if case .absent = root.look(at: path) { continue }
                guard force || Self.isResult(path, root, place) else { foreign.append(target); continue }
                print(dryRun ? "would remove \(target)" : "removed \(target)")
                let code = dryRun ? 0 : root.unlink(path)
                guard code == 0 else { throw Refusal(.cannotWrite(target, error: String(cString: strerror(code))), status: .failed) }
            }
            if !foreign.isEmpty { throw Refusal(.notOurs(foreign)) }
            guard cacheToo else { return }
            print(dryRun ? "would remove \(place.cache)" : "removed \(place.cache)")
            if !dryRun {
                // Opened first: a folder that is not a cache is never removed, and a build under way is waited for.
                let left = try opened(place).removeAll()
                if !left.isEmpty { throw Refusal(.notOurs(left.map { place.cache + "/" + $0 }), status: .failed) }
            }
        }
    }
}

extension CleanCommand {
    /// Whether the cache has these very bytes, so that they can come back. What it has not may be the user's own.
    private static func isResult(_ path: String, _ root: Root, _ place: Place) -> Bool {
        guard let cache = try? Cache(place.cache, for: .reading), let content = try? FileContent.read(path, in: root) else { return false }
        return Blobs(cache).has(Record.Blob(digest: content.digest, size: content.signature.size))
    }
}

func opened(_ place: Place) throws -> Cache {
    do throws(StoreProblem) { return try Cache(place.cache, for: .serving) } catch { throw Refusal([error.diagnostic]) }
}
