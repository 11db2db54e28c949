// A temporary folder with a spec in it, and the built binaries to run on it.
import Foundation

struct Workspace {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    /// The binaries under test: those beside the test bundle (`swift test -c release` builds them there).
    static let binaries = root.appending(path: ".build/release")

    let folder: URL

    init(_ files: [String: String] = [:]) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "vgraph-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files { try write(name, text) }
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appending(path: name).path }
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
    func bytes(_ name: String) throws -> Data { try Data(contentsOf: folder.appending(path: name)) }
    func modified(_ name: String) throws -> Date {
        try FileManager.default.attributesOfItem(atPath: path(name))[.modificationDate] as? Date ?? .distantPast
    }
    func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    func write(_ name: String, _ text: String) throws {
        let url = folder.appending(path: name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    struct Run {
        var status: Int32
        var out: String
        var err: String
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

    /// A vgraph process that has been started in this folder.
    func start(_ arguments: [String], environment: [String: String] = [:], output: URL? = nil) throws -> Process {
        let process = Process()
        process.executableURL = Self.binaries.appending(path: "vgraph")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        if let output {
            _ = FileManager.default.createFile(atPath: output.path, contents: nil)
            let file = try FileHandle(forWritingTo: output)
            process.standardOutput = file
            process.standardError = file
        } else {
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
        }
        try process.run()
        return process
    }

    /// Runs vgraph and waits for it.
    func vgraph(_ arguments: String..., environment: [String: String] = [:]) throws -> Run {
        try Self.run(Self.binaries.appending(path: "vgraph").path, arguments, in: folder, environment: environment)
    }

    /// Runs any program; output goes through files, so that a full pipe cannot stop it.
    static func run(_ program: String, _ arguments: [String], in folder: URL, environment: [String: String] = [:])
        throws -> Run
    {
        let scratch = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID().uuidString)")
        let outURL = scratch.appendingPathExtension("out"), errURL = scratch.appendingPathExtension("err")
        for url in [outURL, errURL] { _ = FileManager.default.createFile(atPath: url.path, contents: nil) }
        defer { for url in [outURL, errURL] { try? FileManager.default.removeItem(at: url) } }
        let process = Process()
        process.executableURL = URL(filePath: program.hasPrefix("/") ? program : "/usr/bin/env")
        process.arguments = program.hasPrefix("/") ? arguments : [program] + arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: outURL)
        process.standardError = try FileHandle(forWritingTo: errURL)
        try process.run()
        process.waitUntilExit()
        return Run(
            status: process.terminationStatus,
            out: String(decoding: try Data(contentsOf: outURL), as: UTF8.self),
            err: String(decoding: try Data(contentsOf: errURL), as: UTF8.self))
    }
}
