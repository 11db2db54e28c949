// Caches in a folder of a test's own, and what is put into them.
import CSystem
import Diagnostics
import Digests
import Files
import Glibc
import Store
import TestSupport
import Work

extension TemporaryFolder {
    func cache() throws -> Cache { try Cache(path + "/cache") }

    /// Puts a text into the cache as a blob.
    func blob(_ text: String, in cache: Cache) throws -> Record.Blob {
        try Blobs(cache).adopt(write("blob-\(UInt64.random(in: 0 ... .max))", text))
    }

}

extension Record {
    static func sample(_ stage: String, _ outputs: [Record.Output], verdict: Verdict? = nil) -> Record {
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

/// Waits until a file's stamps are old enough to be believed.
func settle(_ path: String) throws {
    try until("the stamps of '\(path)' are old", within: 5) { try FileContent.read(path)?.isRacy == false }
}

/// Makes a file look untouched for long enough to be believed.
func age(_ path: String) { csystem_set_modified(path, 1_000_000, 0) }
