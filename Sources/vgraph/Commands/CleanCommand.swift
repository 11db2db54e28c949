import ArgumentParser
import Diagnostics
import Files
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
            let root = Root(place.workspace, links: .inside)
            for (target, isFolder) in try place.builder.places(in: place.folders) {
                let look = root.look(at: place.workspace + "/" + target)
                if case .absent = look { continue }
                if isFolder, case .present(let now) = look, now.isFolder, !root.isLink(place.workspace + "/" + target) {
                    foreign += try clear(folder: target, written, root, place)
                    continue
                }
                guard try force || written.find(target).isReplaceable else { foreign.append(target); continue }
                try remove(target, root, place)
                written.forget(target)
            }
            if !dryRun && access(place.cache + "/state", W_OK) == 0 { try written.save() }
            if !foreign.isEmpty { throw Refusal(.notRemoved(foreign)) }
            guard cacheToo else { return }
            print(dryRun ? "would remove \(place.cache)" : "removed \(place.cache)")
            if !dryRun {
                // Opened first: a folder that is not a cache is never removed, and a build under way is waited for.
                let left = try opened(place).removeAll()
                if !left.isEmpty { throw Refusal(.cacheNotEmptied(left.map { place.cache + "/" + $0 })) }
            }
        }
    }
}

extension CleanCommand {
    private func remove(_ target: String, _ root: Root, _ place: Place) throws {
        print(dryRun ? "would remove \(target)" : "removed \(target)")
        let code = dryRun ? 0 : root.unlink(place.workspace + "/" + target)
        guard code == 0 else { throw Refusal(.cannotWrite(path: target, reason: String(cString: strerror(code)))) }
    }

    /// What vgraph put into a folder, and the folder itself where nothing else is in it. Returns what is the user's
    /// own.
    private func clear(folder: String, _ written: Published, _ root: Root, _ place: Place) throws -> [String] {
        var open = [folder], seen: [String] = [], foreign: [String] = []
        while let next = open.popLast() {
            seen.append(next)
            for entry in try root.entries(place.workspace + "/" + next) ?? [] {
                let path = next + "/" + entry.name
                if entry.kind == .folder { open.append(path); continue }
                guard
                    try force
                        || (entry.kind == .file && entry.name.utf8.last != UInt8(ascii: "/")
                            && written.find(path).isReplaceable)
                else {
                    foreign.append(path)
                    continue
                }
                try remove(path, root, place)
                written.forget(path)
            }
        }
        if !dryRun { written.removeEmpty(seen) }
        return foreign
    }
}

func opened(_ place: Place) throws -> Cache {
    do throws(StoreProblem) { return try Cache(place.cache, for: .serving) } catch { throw Refusal([error.diagnostic]) }
}
