// The commonest build is the one with nothing to do: one mapped file is read and its leaves are stat'ed. No pipeline, no
// build and no Foundation, and of `Pipelines` only what reads a person's roots; whatever is not understood here is left to
// the command line proper.
import Glibc
import Pipelines
import Processes
import Store

/// The exit status, where the last build of the same question still stands; nil: the build has to be walked.
func answerIfNothingToDo(_ arguments: [String]) -> Int32? {
    var folder = ".", cache = getenv("VGRAPH_CACHE").map { String(cString: $0) }
    var targets: [String] = [], sets: [String: String] = [:], declared: [String] = []
    var isBuild = false, json = false, quiet = false, verifiesOutputs = false, sandbox = true
    var index = 1
    func next() -> String? {
        index += 1
        return index < arguments.count ? arguments[index] : nil
    }
    while index < arguments.count {
        switch arguments[index] {
        case "build" where !isBuild: isBuild = true
        case "-C": guard let value = next() else { return nil }; folder = value
        case "--cache": guard let value = next() else { return nil }; cache = value
        case "--root": guard let value = next() else { return nil }; declared.append(value)
        case "-j": guard let value = next(), Int(value) ?? 0 > 0 else { return nil }
        case "--set":
            guard let value = next(), let equals = value.firstIndex(of: "=") else { return nil }
            sets[String(value[..<equals])] = String(value[value.index(after: equals)...])
        case "-k", "--keep-going": break
        case "--no-sandbox": sandbox = false
        case "--sandbox": sandbox = true
        case "-q", "--quiet": quiet = true
        case "--json": json = true
        case "--verify-outputs": verifiesOutputs = true
        case let word:
            guard isBuild, !word.hasPrefix("-") else { return nil }
            targets.append(word)
        }
        index += 1
    }
    guard isBuild, let resolved = realpath(folder, nil) else { return nil }
    let workspace = String(cString: resolved)
    free(resolved)
    if let named = cache, !named.hasPrefix("/") { return nil }
    // A cache that came with the workspace and lies elsewhere is refused by whoever opens it.
    var status = stat()
    if cache == nil, lstat(workspace + "/cache", &status) != 0 || status.st_mode & S_IFMT == S_IFLNK { return nil }

    guard let roots = try? DeclaredRoots.read(declared, workspace: workspace) else { return nil }

    let start = monotonicSeconds()
    let request = StateRequest(workspace: workspace, targets: targets, sets: sets, environment: [],
                               worker: Place.workerPathUnchecked(), verifiesOutputs: verifiesOutputs,
                               sandbox: sandbox, roots: roots)
    guard let summary = request.upToDate(cache: cache ?? workspace + "/cache") else { return nil }
    let said = UpToDate(summary.text)
    var isPrinted = true
    if json {
        let quoted = targets.isEmpty ? "null" : "\"" + targets.joined(separator: " ").flatMap(escaped) + "\""
        isPrinted = put(said.json + """
            {"event":"done","failed":0,"hits":\(summary.nodes),"nodes":\(summary.nodes),"ran":0,"repeated":0,\
            "seconds":\(monotonicSeconds() - start),"status":"\(summary.status == 3 ? "revise" : "up-to-date")","target":\(quoted)}

            """)
    } else {
        if !quiet { isPrinted = put(said.text + "\n") }
        let remarks = said.reasons + (quiet ? "" : said.warnings)
        if !remarks.isEmpty { _ = put(remarks, to: 2) }
    }
    return isPrinted ? summary.status : nil
}

private func escaped(_ character: Character) -> String {
    switch character {
    case "\"": "\\\""
    case "\\": "\\\\"
    default: character.isASCII && character.asciiValue! < 32 ? " " : String(character)
    }
}

/// false: it could not be printed, and the command line proper says so.
private func put(_ text: String, to descriptor: Int32 = 1) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
        var sent = 0
        while sent < bytes.count {
            let n = write(descriptor, bytes.baseAddress! + sent, bytes.count - sent)
            if n < 0 && errno == EINTR { continue }
            if n <= 0 { return false }
            sent += n
        }
        return true
    }
}
