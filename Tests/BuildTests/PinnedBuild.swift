// A spec of which every byte is pinned, built with the built-in pipeline, and one pipeline of programs: the goldens of
// manifests and of stages' bytes come from their records.
import Foundation
import TestSupport

struct PinnedBuild {
    /// What a node's record says.
    struct Made {
        var node: String
        var key: String
        var stage: String
        var version: Int
        /// Name to value as JSON.
        var parameters: [(name: String, value: String)] = []
        var inputs: [(slot: String, digest: String, path: String?)] = []
        var tools: [(name: String, version: String)] = []
        /// Name to the digests of its files.
        var outputs: [(name: String, digests: [String])] = []
        /// What it read beyond its inputs, and what its searches found.
        var found: [String] = []
    }

    static let spec = """
        version: 1
        video: { size: 320x180, fps: 15, background: "#101820" }
        theme: { fonts: { body: [Inter, sans-serif] } }
        scenes:
          - id: one
            duration: 2s
            layers:
              - { text: "Hello", style: title, at: [center, 40%], enter: { slide: up, for: 0.4s } }
            transition: { crossfade: 0.4s }
          - id: two
            duration: 2s
            background: "#203060"
            layers:
              - { image: photo.png, size: [40%, auto], at: [center, 60%], animate: { rotation: [0, 30] } }
              - { shape: rect, size: [80px, 40px], at: [center, 70%], fill: "#7c5cff", animate: { scale: [1, 1.5] } }
        captions:
          - { start: 0.2s, end: 1.6s, text: "First caption" }
          - { start: 2.4s, end: 3.8s, text: "Second caption" }
        audio: { tracks: [{ asset: tone.wav }] }

        """

    /// A list of programs' nodes, one whose result is a folder, and one that takes files out of it.
    static let words = """
        pipeline: words
        target: "{name}.out"
        stages:
          shout:
            run: [sh, -c, 'tr a-z A-Z < "$1" > "$2"', sh, $each, $out]
            each: "texts/*.txt"
            outputs: { loud: { file: loud.txt, type: file } }
          pages:
            run: [sh, -c, 'cp "$@" pages/', sh, $in.words]
            inputs: { words: $shout }
            outputs: { pages: pages/ }
            env: { LANG: C }
            timeout: 1m
          join:
            run: [sh, -c, 'cat "$1"/* > "$2"', sh, $in.pages, $out]
            inputs: { pages: $pages, head: "texts/a.txt" }
            tools: [cat]
            outputs: { all: all.txt }
            output: "{name}.out"

        """

    /// 24 by 16 pixels, every one another colour.
    private static let photo = """
        iVBORw0KGgoAAAANSUhEUgAAABgAAAAQCAIAAACDRijCAAACuklEQVR42hWTEbeGQBRFDycj8XCSxMNJEg8nSbw5SeLhZCQeTpJ4
        +JORfsfr+V17nbXPuZJUSbVkpUZ0wolejJKXJmmREKvYRRCHdEpJuqRHZPET73cio8qoNrJGjaEzOENvGI280WS0GGFYDbshGA6j
        0ygZXUaPIRt+htfwn6Syqq2sVWPpLM7SW0YrbzVZLVZYVstuCZbD6rRKVpfVY8mWn+W1H6hV1apuZVs1LV2La+lbxla+1dRqaUXL
        2rK3hJaj1dkqtbpaPS255dfyth/IUTlqh3U0Tp2Tc+qdRod3TI7F8WlbnXan4HQ4TkdyXI7HKTv9nF73qR6oBuoBO9AM6ga5Qf2g
        ccAPTAPLAIPWQfugMOgYOAfSwDXwDMqDfoPe4QN5Kk/tsZ7Gq/NyXr3X6PGeybN48Fq9dq/gdXhOT/Jcnscre/283q9gzVQz9Yyd
        aWZ1s9ysftY442emmWWGWeusfVaYdcycM2nmmnlm5Vm/We+s/5FUqEaf+Aa6Twj0MPJl1YSWb0Wwwg4BDnSihC70QIYfvHyyN1Wb
        6k12U7PRbbiNfmPc5DdNm5ZNbKwb+0bYODadm9Kma9OzkTd+G+/2gYKqoDrIBjWBLuACfWAM8kFT0PLNObAG9kAIHEFnUAq6gp5A
        DvwCb/hAUVVUHWWjmkgXcZE+Mkb5qClqiSKyRvZIiBxRZ1SKuqKeSI78Im/8QIkqUSdsoknqklxSnzQmfGJKLAmS1qQ9KSQdiTOR
        ElfiScpJv6T3+z3dVDf1jb1pbnW33K3+1njjb6ab5YZb6639Vrh13Jw36ea6eW7lW79b7/2BMlWmzthMk9Vluaw+a8z4zJRZvmKy
        1qw9K2QdmTOTMlfmycpZv6w3f6BCVagLttAUdUWuqC8aC74wFZYCRWvRXhSKjsJZSIWr8BTlol/RW/QHjtmvUGbBnK8AAAAASUVO
        RK5CYII=
        """

    /// Two seconds of a triangle wave.
    private static var tone: [UInt8] {
        Wave.file((0..<96_000).map { Int16((abs($0 % 218 - 109) - 54) * 120) })
    }

    /// The built-in pipeline's nodes, by name.
    static func video() throws -> [Made] {
        let workspace = try Workspace(["a.video.yaml": spec])
        defer { workspace.remove() }
        try writeAssets(in: workspace)
        return try built("a.mp4", in: workspace)
    }

    static func writeAssets(in workspace: Workspace) throws {
        let bytes = Data(base64Encoded: photo, options: .ignoreUnknownCharacters) ?? Data()
        try bytes.write(to: workspace.folder.appending(path: "photo.png"))
        try workspace.write("tone.wav", tone)
    }

    static func programs() throws -> [Made] {
        let workspace = try Workspace(["pipelines/words.yaml": words, "texts/a.txt": "one\n", "texts/b.txt": "two\n"])
        defer { workspace.remove() }
        return try built("x.out", in: workspace)
    }

    private static func built(_ target: String, in workspace: Workspace) throws -> [Made] {
        let run = try workspace.vgraph("build", target)
        guard run.status == 0 else { throw Failure(words: run.out + run.err) }
        return try made(in: workspace)
    }

    /// What the records of a workspace's cache say.
    static func made(in workspace: Workspace) throws -> [Made] {
        let folder = workspace.folder.appending(path: "cache/records")
        let found = FileManager.default.enumerator(atPath: folder.path)
        let names = found?.compactMap { $0 as? String } ?? []
        return try names.filter { $0.hasSuffix(".json") }.map { name in
            let text = String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
            let line = Data(text.prefix { $0 != "\n" }.utf8)
            guard let record = try JSONSerialization.jsonObject(with: line) as? [String: Any],
                let made = Made(record)
            else { throw Failure(words: "\(name) is no record") }
            return made
        }.sorted { $0.node < $1.node }
    }

    struct Failure: Error { var words: String }
}

extension PinnedBuild.Made {
    fileprivate init?(_ record: [String: Any]) {
        guard let manifest = record["manifest"] as? [String: Any], let stage = manifest["stage"] as? String,
            let version = manifest["version"] as? Int, let key = record["key"] as? String,
            let node = (record["origin"] as? [String: Any])?["node"] as? String
        else { return nil }
        self.init(node: node, key: key, stage: stage, version: version)
        parameters = (manifest["parameters"] as? [String: Any] ?? [:]).sorted { $0.key < $1.key }.map {
            ($0.key, Self.json($0.value))
        }
        inputs = (manifest["inputs"] as? [[String: Any]] ?? []).map {
            ($0["slot"] as? String ?? "", $0["digest"] as? String ?? "", $0["path"] as? String)
        }
        tools = (manifest["tools"] as? [String: String] ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        outputs = (record["outputs"] as? [[String: Any]] ?? []).map { output in
            let blobs = output["blobs"] as? [[String: Any]] ?? []
            return (output["name"] as? String ?? "", blobs.map { $0["digest"] as? String ?? "" })
        }
        let files = record["discovered"] as? [[String: String]] ?? []
        let answers = record["answers"] as? [[String: String]] ?? []
        found =
            files.map { ($0["path"] ?? "") + " " + ($0["digest"] ?? "") }
            + answers.map { ($0["question"] ?? "") + " " + ($0["answer"] ?? "") }
    }

    private static func json(_ value: Any) -> String {
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes, .fragmentsAllowed]
        let data = try? JSONSerialization.data(withJSONObject: value, options: options)
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "?"
    }
}
