// A temporary folder, gone with the value.
import CSystem
import Diagnostics
import Digests
import Files
import Glibc
import Store
import Work

final class Scratch {
    let path: String
    init() throws {
        var template = Array("/tmp/vgraph-store-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw CancellationError() }
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }
    deinit { Folder.remove(path) }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let full = path + "/" + name
        let file = fopen(full, "w")
        guard file != nil else { throw CancellationError() }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
        return full
    }

    func bytes(_ full: String) -> [UInt8] { ((try? FileContent.read(full, keepBytes: true)) ?? nil)?.bytes ?? [] }
    func text(_ full: String) -> String { String(decoding: bytes(full), as: UTF8.self) }

    func cache() throws -> Cache { try Cache(path + "/cache") }

    /// Puts a text into the cache as a blob.
    func blob(_ text: String, in cache: Cache) throws -> Record.Blob {
        try Blobs(cache).adopt(write("blob-\(UInt64.random(in: 0 ... .max))", text))
    }

    static func record(_ stage: String, _ outputs: [Record.Output], verdict: Verdict? = nil) -> Record {
        let manifest = Manifest(
            stage: stage, version: 1, parameters: ["crf": .int(20), "gain": .number(0.1)],
            inputs: [.init(slot: "spec", digest: Digest.of(stage), path: "a.yaml")], tools: ["x264": "164"])
        return Record(
            key: manifest.key, manifest: manifest, outputs: outputs,
            discovered: [Discovered(path: "hero.jpg", digest: nil)],
            diagnostics: [], verdict: verdict, cost: .init(wall: 1.5, cpu: 0.1),
            origin: .init(user: "u", host: "h", time: "2026-01-01T00:00:00Z", vgraph: "1", node: "a:\(stage)"))
    }
}

/// Makes a file look untouched for long enough to be believed.
func age(_ path: String) { csystem_set_modified(path, 1_000_000, 0) }
