// Large files of a revision that lie in the work tree with the same bytes: they are copied from there, since git unpacks
// them at a tenth of the speed. Nothing is trusted: a copy counts if it has the hash by which git names those bytes, and
// if git would write them as they are.
import Digests
import Files
import Glibc

struct GitCopies {
    let git: Git
    /// The work tree's folder in which git lists names.
    let workspace: String
    /// Where the workspace's copy is put together.
    let folder: String
    let scratch: String

    /// Smaller ones are unpacked sooner than looked at.
    private static let large: off_t = 1 << 20
    /// What git may change while it writes a file; a file with a zero byte is none that it takes for text by itself.
    private static let conversions = ["text", "eol", "crlf", "ident", "filter", "working-tree-encoding"]

    /// A line of `git ls-files -s -z`.
    private struct Entry {
        var mode: Substring
        var hash: Substring
        var name: Substring

        init?(_ line: Substring) {
            guard let tab = line.utf8.firstIndex(of: 0x09) else { return nil }
            let words = line[..<tab].split(separator: " ")
            guard words.count == 3, words[2] == "0" else { return nil }
            (mode, hash, name) = (words[0], words[1], line[line.utf8.index(after: tab)...])
        }
    }

    /// Copies what it can.
    /// - Parameter list: what `git ls-files -s -z` printed.
    /// - Returns: names for `git checkout-index -z --stdin`: the files that are not there yet.
    func left(of list: [UInt8]) -> [UInt8] {
        var rest: [UInt8] = [], large: [Entry] = []
        for line in list.split(separator: 0) {
            guard let tab = line.firstIndex(of: 0x09) else { continue }
            // Bytes that are no text stay git's.
            if let text = String(validating: line, as: UTF8.self), let entry = Entry(text[...]), isLarge(entry) {
                large.append(entry)
            } else {
                rest += line[(tab + 1)...] + [0]
            }
        }
        guard !large.isEmpty else { return rest }
        let plain = unconverted(large)
        for entry in large where !(plain.contains(entry.name) && copy(entry)) { rest += Array(entry.name.utf8) + [0] }
        return rest
    }

    private func isLarge(_ entry: Entry) -> Bool {
        var status = stat()
        return entry.mode.hasPrefix("100") && !entry.name.isEmpty && lstat(workspace + "/" + entry.name, &status) == 0
            && status.st_mode & S_IFMT == S_IFREG && status.st_size >= Self.large
    }

    /// Those that git writes as they are, by what the index says of them and by what the work tree says.
    private func unconverted(_ entries: [Entry]) -> Set<Substring> {
        let names = scratch + "/large"
        guard (try? WholeFile.overwrite(names, with: entries.flatMap { Array($0.name.utf8) + [0] })) != nil else {
            return []
        }
        var plain = Set(entries.map(\.name))
        for source in [["--cached"], []] {
            let words = ["check-attr", "-z", "--stdin"] + source + Self.conversions
            guard let answer = try? git.run(words, input: names), answer.status == 0 else { return [] }
            let found = answer.output.split(separator: "\0", omittingEmptySubsequences: false)
            // Too long an answer is cut.
            guard found.count == 3 * Self.conversions.count * entries.count + 1 else { return [] }
            for at in stride(from: 0, to: found.count - 1, by: 3) {
                let value = found[at + 2]
                if value != "unspecified", value != "unset", value != "auto" || found[at + 1] != "text" {
                    plain.remove(found[at])
                }
            }
        }
        return plain
    }

    /// Whether the file is there now, with the bytes that git has under this hash.
    private func copy(_ entry: Entry) -> Bool {
        let path = folder + "/" + entry.name
        guard (try? Folder.create(path.folderPart)) != nil else { return false }
        let source = Descriptor(open(workspace + "/" + entry.name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK))
        let target = Descriptor(
            open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, entry.mode == "100755" ? 0o777 : 0o666))
        guard source.number >= 0, target.number >= 0 else { return false }
        if (try? isSame(source.number, as: entry.hash, target.number)) == true { return true }
        unlink(path)
        return false
    }

    private func isSame(_ source: Int32, as hash: Substring, _ target: Int32) throws(SystemFailure) -> Bool {
        var status = stat()
        guard fstat(source, &status) == 0 else { throw SystemFailure(code: errno) }
        // Two ways in which a repository names its objects.
        guard var writer = GitHashWriter(digits: hash.utf8.count, size: Int(status.st_size)) else { return false }
        var failure: SystemFailure?, isFirst = true, isText = false
        try OpenFile.pieces(of: source) { piece in
            // As far as git looks at least.
            if isFirst { isText = !piece.prefix(8000).contains(0) }
            isFirst = false
            writer.add(piece)
            do throws(SystemFailure) { try OpenFile.write(piece, to: target) } catch { failure = error }
            return failure == nil && !isText
        }
        if let failure { throw failure }
        let name = writer.finish()
        return !isText && name == hash
    }
}
