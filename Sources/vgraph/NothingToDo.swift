// Most builds have nothing to do. This answers them: it maps one state file, stats that file's leaves and reads the
// user's configuration if there is one. Must not touch Foundation, JSON, YAML or the command line's grammar: loading
// these costs more than the answer. Arguments that it does not understand are left to `VgraphCommand`.
import Diagnostics
import Files
import Glibc
import Pipelines
import Processes
import Store

/// The exit code if an earlier answer to the same request still holds; nil: a build must decide.
func answerIfNothingToDo(_ arguments: [String]) -> ExitStatus? {
    var folder = ".", cache = getenv("VGRAPH_CACHE").map { String(cString: $0) }
    var targets: [String] = [], sets: [String: String] = [:], declared: [String] = []
    var films: [String] = []
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
        case "--each":
            guard let value = next() else { return nil }
            films.insert("each " + value, at: 0)
        case "--where": guard let value = next() else { return nil }; films.append("where " + value)
        case "--name": guard let value = next() else { return nil }; films.append("name " + value)
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
    // A link in the workspace that leads the cache elsewhere is refused by the code that opens caches.
    var status = stat()
    if cache == nil, lstat(workspace + "/cache", &status) != 0 || status.st_mode & S_IFMT == S_IFLNK { return nil }

    guard let roots = try? DeclaredRoots.read(declared, workspace: workspace) else { return nil }

    let start = monotonicSeconds()
    let request = StateRequest(
        workspace: workspace, targets: targets, sets: sets, environment: [],
        worker: Project.workerPathUnchecked(), verifiesOutputs: verifiesOutputs,
        sandbox: sandbox, roots: roots, films: films)
    guard let summary = request.upToDate(cache: cache ?? workspace + "/cache") else { return nil }
    let said = UpToDate(summary.text)
    // What a person sent back is told by the full command.
    let folders = said.text.split(separator: "\n").compactMap { line in
        line.lastIndex(of: "/").map { String(line[..<$0]) }
    }
    guard !SentBack.isPossible(in: Set(folders + [""]), of: workspace) else { return nil }
    var isPrinted = true
    if json {
        let quoted = targets.isEmpty ? "null" : "\"" + targets.joined(separator: " ").flatMap(escaped) + "\""
        let status = summary.status == .done ? "up-to-date" : summary.status.word
        isPrinted = put(
            said.json + """
                {"event":"done","failed":0,"hits":\(summary.nodes),"nodes":\(summary.nodes),"ran":0,"repeated":0,\
                "seconds":\(monotonicSeconds() - start),"status":"\(status)","target":\(quoted)}

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

/// false: the text could not be printed; the full command then reports why.
private func put(_ text: String, to descriptor: Int32 = 1) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
        do throws(SystemFailure) { try OpenFile.write(UnsafeRawBufferPointer(bytes), to: descriptor) } catch {
            return false
        }
        return true
    }
}
