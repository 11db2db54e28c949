// vgraph key: keys to sign decisions with. The private half stays in the user's configuration folder.
import ArgumentParser
import Decisions
import Diagnostics
import Files
import Glibc

struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Make and list the keys that decisions are signed with.",
        discussion: """
            A private key lies in your configuration folder, readable by you alone. Its
            public half is a line of 'vgraph.keys' in the workspace: commit that file,
            because it says whose decisions count.
            """,
        subcommands: [KeyNewCommand.self, KeyListCommand.self])
}

struct KeyNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make a key, and add its public half to the workspace's vgraph.keys.")

    @OptionGroup var folder: FolderOptions
    @Argument(help: "Your name in decisions: letters, digits, '.', '_' and '-'.") var name: String

    func run() throws {
        try exiting(json: folder.json) {
            let workspace = try folder.workspace(), known = try PublicKeys.read(in: workspace)
            guard !known.named.contains(where: { $0.name == name }) else {
                throw DecisionProblem.keyExists(name: name, path: PublicKeys.fileName)
            }
            let key = try PrivateKey.make(name)
            try PublicKeys.add(PublicKeys.line(name, key.publicKey), in: workspace)
            if folder.json {
                return JSONReport.say([
                    "event": .string("key"), "name": .string(name), "key": .string(key.publicKey),
                    "private": .string(PrivateKey.path(of: name)), "public": .string(PublicKeys.fileName),
                ])
            }
            print("made \(PrivateKey.path(of: name)): keep it to yourself")
            print("added to \(PublicKeys.fileName), which is to be committed: \(PublicKeys.line(name, key.publicKey))")
        }
    }
}

struct KeyListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the keys that count here, and your own.")

    @OptionGroup var folder: FolderOptions

    func run() throws {
        try exiting(json: folder.json) {
            let known = try PublicKeys.read(in: try folder.workspace())
            let own = PrivateKey.names().compactMap { try? PrivateKey.read($0) }
            var rows = known.named.map { row in
                (row.name, row.key, true, own.contains { $0.publicKey == row.key })
            }
            rows += own.filter { !known.holds($0.name, $0.publicKey) }.map { ($0.name, $0.publicKey, false, true) }
            for (name, key, counts, isOwn) in rows {
                if folder.json {
                    JSONReport.say([
                        "event": .string("key"), "name": .string(name), "key": .string(key), "counts": .bool(counts),
                        "own": .bool(isOwn),
                    ])
                } else {
                    print(
                        PublicKeys.line(name, key) + (isOwn ? "  (yours)" : "")
                            + (counts ? "" : "  (not in \(PublicKeys.fileName))"))
                }
            }
        }
    }
}
