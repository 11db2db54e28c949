// A command line in its plainest form: known options, each a word of its own with its value in the next, and nothing
// that begins with a dash besides. Most lines that people and programs write are so, and to read one takes a tenth of
// what the grammar of options takes before it begins. Anything else, mistakes and help too, is left to that grammar, so
// this decides nothing that it would not.
import ArgumentParser

/// A command that reads plain lines.
protocol PlainlyRead: ParsableCommand {
    /// Its options, besides those of every command that works in a folder.
    static var plainOptions: PlainWords.Options { get }
    /// nil: the grammar has to read the line.
    init?(_ words: PlainWords)
}

struct PlainWords {
    struct Options {
        /// Those with a value.
        var valued: [String] = []
        /// Those with a value that may be given several times.
        var repeated: [String] = []
        var flags: [String] = []
    }

    /// Words that are neither options nor their values.
    private(set) var places: [String] = []
    private var values: [(option: String, value: String)] = []
    private var flags: [String] = []

    /// nil: the line has another form.
    init?(_ words: some Sequence<String>, _ options: Options) {
        var rest = words.makeIterator()
        while let word = rest.next() {
            guard word.utf8.first == UInt8(ascii: "-") else {
                if word.isEmpty { return nil }
                places.append(word)
                continue
            }
            if options.flags.contains(word) || word == "--json" {
                // Given twice, it is the grammar's to say what that means; so is a second value.
                if flags.contains(word) { return nil }
                flags.append(word)
                continue
            }
            let name = word == "-C" ? "--directory" : word
            let isRepeated = name == "--root" || options.repeated.contains(name)
            guard isRepeated || name == "--directory" || name == "--cache" || options.valued.contains(name),
                isRepeated || self[name] == nil, let value = rest.next(), let first = value.utf8.first,
                first != UInt8(ascii: "-")
            else { return nil }
            values.append((name, value))
        }
    }

    func has(_ flag: String) -> Bool { flags.contains(flag) }
    subscript(option: String) -> String? { values.first { $0.option == option }?.value }
    func all(_ option: String) -> [String] { values.filter { $0.option == option }.map(\.value) }

    var folder: FolderOptions {
        var folder = FolderOptions()
        folder.directory = self["--directory"]
        folder.cache = self["--cache"]
        folder.declared = all("--root")
        folder.json = has("--json")
        return folder
    }
}

extension DiffCommand: PlainlyRead {
    static let plainOptions = PlainWords.Options(
        valued: ["--html"], repeated: ["--set"], flags: ["--pixels", "--markdown"])

    init?(_ words: PlainWords) {
        guard (2...3).contains(words.places.count) else { return nil }
        self.init()
        folder = words.folder
        sets = words.all("--set")
        pixels = words.has("--pixels")
        markdown = words.has("--markdown")
        html = words["--html"]
        (a, b) = (words.places[0], words.places[1])
        target = words.places.count > 2 ? words.places[2] : nil
    }
}

extension WhyCommand: PlainlyRead {
    static let plainOptions = PlainWords.Options(repeated: ["--set"], flags: ["--sandbox", "--no-sandbox"])

    init?(_ words: PlainWords) {
        guard words.places.count == 1, !(words.has("--sandbox") && words.has("--no-sandbox")) else { return nil }
        self.init()
        folder = words.folder
        sets = words.all("--set")
        sandbox = !words.has("--no-sandbox")
        target = words.places[0]
    }
}

extension GraphCommand: PlainlyRead {
    static let plainOptions = PlainWords.Options(
        valued: ["--format"], repeated: ["--set"], flags: ["--all", "--sandbox", "--no-sandbox"])

    init?(_ words: PlainWords) {
        guard words.places.count == 1, !(words.has("--sandbox") && words.has("--no-sandbox")),
            let format = words["--format"].map(Format.init(rawValue:)) ?? .text
        else { return nil }
        self.init()
        folder = words.folder
        self.format = format
        all = words.has("--all")
        sets = words.all("--set")
        sandbox = !words.has("--no-sandbox")
        target = words.places[0]
    }
}

extension LogCommand: PlainlyRead {
    static let plainOptions = PlainWords.Options(valued: ["--limit", "--first-bad"], flags: ["--all"])

    init?(_ words: PlainWords) {
        guard words.places.count < 2, let limit = words["--limit"].map({ Int($0) }) ?? 20 else { return nil }
        self.init()
        folder = words.folder
        all = words.has("--all")
        self.limit = limit
        firstBad = words["--first-bad"]
        what = words.places.first
    }
}
