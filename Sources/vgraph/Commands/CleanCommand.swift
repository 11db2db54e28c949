// `vgraph clean`: removes targets that vgraph wrote. `Published` knows which those are.
import ArgumentParser
import Diagnostics
import Files
import Glibc
import Graph
import Store

struct CleanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean", abstract: "Remove the targets that the folder's pipelines make.",
        discussion: """
            The cache stays, so the next build restores them at once, or joins them again
            where there were many; --cache-too removes it as well.
            """)

    @OptionGroup var folder: FolderOptions
    @Flag(help: "Also remove the cache: the next build starts from nothing.") var cacheToo = false
    @Flag(help: "Also remove target files that vgraph did not write.") var force = false
    @Flag(name: [.customShort("n"), .long], help: "Print what would be removed; remove nothing.") var dryRun = false

    func run() throws {
        try exiting(json: folder.json) {
            let project = try Project(folder)
            let written = Published(workspace: project.workspace, cache: try Cache(project.cache, for: .reading))
            var foreign: [String] = []
            let root = Root(project.workspace, links: .inside)
            for (target, isFolder) in try project.builder.places(in: project.folders) {
                let look = root.look(at: project.workspace + "/" + target)
                if case .absent = look { continue }
                if isFolder, case .present(let now) = look, now.isFolder, !root.isLink(project.workspace + "/" + target)
                {
                    foreign += try clear(folder: target, written, root, project)
                    continue
                }
                guard try force || written.find(target).isReplaceable else { foreign.append(target); continue }
                try remove(target, root, project)
                written.forget(target)
            }
            for file in try project.builder.leftovers(in: project.folders) {
                guard case .present(let now) = root.look(at: project.workspace + "/" + file), now.isFile,
                    try written.find(file) == .ours
                else { continue }
                try remove(file, root, project)
                written.forget(file)
            }
            if !dryRun && access(project.cache + "/state", W_OK) == 0 { try written.save() }
            if !foreign.isEmpty { throw Refusal(.notRemoved(foreign)) }
            guard cacheToo else { return }
            print(dryRun ? "would remove \(project.cache)" : "removed \(project.cache)")
            if !dryRun {
                // Opening it first refuses a folder that is not a cache and waits for a running build.
                let left = try opened(project).removeAll()
                if !left.isEmpty { throw Refusal(.cacheNotEmptied(left.map { project.cache + "/" + $0 })) }
            }
        }
    }
}

extension CleanCommand {
    private func remove(_ target: String, _ root: Root, _ project: Project) throws {
        print(dryRun ? "would remove \(target)" : "removed \(target)")
        let code = dryRun ? 0 : root.unlink(project.workspace + "/" + target)
        guard code == 0 else { throw Refusal(.cannotWrite(path: target, reason: String(cString: strerror(code)))) }
    }

    /// Removes what vgraph put into a folder, and the folder if nothing else is in it. Returns the user's own files.
    private func clear(folder: String, _ written: Published, _ root: Root, _ project: Project) throws -> [String] {
        var open = [folder], seen: [String] = [], foreign: [String] = []
        while let next = open.popLast() {
            seen.append(next)
            for entry in try root.entries(project.workspace + "/" + next) ?? [] {
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
                try remove(path, root, project)
                written.forget(path)
            }
        }
        if !dryRun { written.removeEmpty(seen) }
        return foreign
    }
}

func opened(_ project: Project) throws -> Cache {
    do throws(StoreProblem) { return try Cache(project.cache, for: .serving) } catch {
        throw Refusal([error.diagnostic])
    }
}
