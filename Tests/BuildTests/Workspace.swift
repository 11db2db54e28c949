// A temporary folder with a spec in it, and the built binaries to run on it.
import Foundation
import TestSupport
import Testing

struct Workspace {
    private let temporary = TemporaryFolder()
    var folder: URL { URL(filePath: temporary.path) }

    /// No reviewers of the machine's: what a build says must not depend on what a person has installed.
    private static let usual = ["XDG_DATA_HOME": "/nonexistent"]

    init(_ files: [String: String] = [:]) throws {
        for (name, text) in files { try write(name, text) }
    }

    func remove() { temporary.remove() }

    func path(_ name: String) -> String { temporary(name) }
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
    func bytes(_ name: String) throws -> Data { try Data(contentsOf: folder.appending(path: name)) }
    func modified(_ name: String) throws -> Date {
        try FileManager.default.attributesOfItem(atPath: path(name))[.modificationDate] as? Date ?? .distantPast
    }
    func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    func write(_ name: String, _ text: String) throws { try temporary.write(name, text) }
    func write(_ name: String, _ bytes: [UInt8]) throws { try temporary.write(name, bytes) }

    typealias Run = Program.Run

    /// A vgraph process that has been started in this folder.
    func start(_ arguments: [String], environment: [String: String] = [:], output: String = "/dev/null") throws
        -> Program
    {
        try Program(
            [Repository.binary("vgraph")] + arguments, in: temporary.path,
            environment: Program.environment.merging(Self.usual) { $1 }.merging(environment) { $1 }, output: output)
    }

    /// Runs vgraph and waits for it.
    func vgraph(_ arguments: String..., environment: [String: String] = [:]) throws -> Run {
        try Self.run(Repository.binary("vgraph"), arguments, in: folder, environment: environment)
    }

    /// Runs any program with the tests' variables and these.
    static func run(_ program: String, _ arguments: [String], in folder: URL, environment: [String: String] = [:])
        throws -> Run
    {
        try Program.run(
            [program] + arguments, in: folder.path,
            environment: Program.environment.merging(Self.usual) { $1 }.merging(environment) { $1 })
    }
}

extension Workspace {
    /// Holds a text against a schema that `vgraph schema` prints, with a validator of others.
    func conforms(_ text: String, to kind: String) throws {
        let schema = try vgraph("schema", "--kind", kind).out
        try write(".conforms/schema.json", schema)
        try write(".conforms/instance.json", text)
        let check =
            "import json, jsonschema; jsonschema.validate(json.load(open('.conforms/instance.json')), "
            + "json.load(open('.conforms/schema.json')))"
        let run = try Self.run("/usr/bin/python3", ["-c", check], in: folder)
        #expect(run.status == 0, "\(kind): \(run.err.suffix(600))\n\(text.prefix(2000))")
    }
}

extension Program.Run {
    /// The last JSON line of `--json`.
    var done: [String: Any] {
        let line = out.split(separator: "\n").last.map { Data($0.utf8) } ?? Data()
        return (try? JSONSerialization.jsonObject(with: line)) as? [String: Any] ?? [:]
    }

    var events: [[String: Any]] {
        out.split(separator: "\n").compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }
}

/// What a build prints that has nothing to do. A film that was judged within two ticks of its writing gets a second look
/// first, and the build that takes it says the same in its long form.
func settled(_ build: () throws -> Program.Run) throws -> String {
    let look = try build()
    #expect(look.status == 0 && look.out.contains("up to date"), "\(look)")
    return try build().out
}
