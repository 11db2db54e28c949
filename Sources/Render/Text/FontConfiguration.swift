// The machine's fonts and fontconfig's rules in a form that works elsewhere: one file without includes, and the fonts'
// folders relative to it. Whatever cannot be taken along word for word is an error, since other rules draw other text.
import CPango
import Diagnostics
import Files
import Glibc

public struct FontConfiguration {
    /// The configuration.
    public let text: String
    /// Absolute paths of the files of all fonts that may be used, sorted.
    public let fonts: [String]

    /// - Parameter folder: where the folders of fonts will lie, relative to the configuration.
    public init(folder: String) throws {
        guard let config = FcInitLoadConfigAndFonts(), let main = FcConfigGetFilename(config, nil) else {
            throw BundleProblem.fonts(reason: "fontconfig has no configuration").diagnostic
        }
        defer {
            FcConfigDestroy(config)
            FcStrFree(main)
        }
        let loaded = Self.list(FcConfigGetConfigFiles(config)), folders = Self.list(FcConfigGetFontDirs(config))
        var inliner = Inliner()
        let rules = try inliner.rules(of: String(cString: main))
        // fontconfig has read these; a rule that is left out would not be noticed later.
        for file in loaded.map(resolvedPath) where !inliner.seen.contains(file) && !Self.isFolder(file) {
            throw BundleProblem.fonts(reason: "no include that vgraph follows leads to '\(file)'").diagnostic
        }
        // In fontconfig's order, which decides between fonts that are alike; what lies in them follows by itself.
        var tops: [String] = []
        for place in folders where place.hasPrefix("/") && Self.isFolder(place) {
            if !tops.contains(where: { place == $0 || place.beneath($0) != nil }) { tops.append(place) }
        }
        let places = tops.map {
            "<dir prefix=\"relative\">\(Self.escaped(folder + $0))</dir>\n"
        }
        text =
            "<?xml version=\"1.0\"?>\n<!DOCTYPE fontconfig SYSTEM \"urn:fontconfig:fonts.dtd\">\n<fontconfig>\n"
            + places.joined()
            // No cache: what fontconfig keeps of folders names their paths and times.
            + "<cachedir>/dev/null/none</cachedir>\n" + rules + "</fontconfig>\n"
        var files: Set<String> = []
        if let set = FcConfigGetFonts(config, FcSetSystem) {
            for index in 0..<Int(set.pointee.nfont) {
                guard let pattern = set.pointee.fonts[index] else { continue }
                files.formUnion(Fonts.strings(pattern, FC_FILE))
            }
        }
        fonts = files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func list(_ list: OpaquePointer?) -> [String] {
        guard let list else { return [] }
        defer { FcStrListDone(list) }
        var found: [String] = []
        while let text = FcStrListNext(list) { found.append(String(cString: text)) }
        return found
    }

    static func isFolder(_ path: String) -> Bool { FileSignature.isFolder(path) }

    private static func escaped(_ text: String) -> String {
        text.map { $0 == "&" ? "&amp;" : $0 == "<" ? "&lt;" : String($0) }.joined()
    }
}

extension FileSignature {
    fileprivate static func isFolder(_ path: String) -> Bool {
        if case .present(let signature) = look(at: path) { signature.isFolder } else { false }
    }
}

/// Behind all links; the path itself if it cannot be resolved.
private func resolvedPath(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
}

/// Puts files of rules into one another where one includes another.
private struct Inliner {
    /// Files that were read, behind all links.
    var seen: Set<String> = []
    private static let largest = 4 << 20
    /// Elements that say where things are, or that say nothing to fontconfig.
    private static let dropped = ["dir", "cachedir", "description", "its:rules", "remap-dir"]

    mutating func rules(of path: String) throws -> String {
        // fontconfig reads a file once.
        guard seen.insert(resolvedPath(path)).inserted, seen.count < 1000 else { return "" }
        guard let bytes = try? WholeFile.read(path), bytes.count <= Self.largest,
            let text = String(validating: bytes, as: UTF8.self)
        else { throw BundleProblem.fonts(reason: "cannot read '\(path)'").diagnostic }
        let plain = without(comments: text)
        guard let open = plain.firstRange(of: "<fontconfig"), !plain.contains("<![CDATA["),
            let start = plain[open.upperBound...].firstIndex(of: ">"),
            let end = plain[start...].firstRange(of: "</fontconfig>")
        else { throw BundleProblem.fonts(reason: "'\(path)' has no plain element 'fontconfig'").diagnostic }
        var rest = plain[plain.index(after: start)..<end.lowerBound], rules = ""
        while let next = Self.next(in: rest) {
            rules += rest[..<next.element.lowerBound]
            if next.name == "include" {
                for file in files(of: next.opening, next.content, in: path) { rules += try self.rules(of: file) }
            }
            rest = rest[next.element.upperBound...]
        }
        return rules + rest + "\n"
    }

    private func without(comments text: String) -> String {
        var rest = text[...], plain = ""
        while let open = rest.firstRange(of: "<!--"), let close = rest[open.upperBound...].firstRange(of: "-->") {
            plain += rest[..<open.lowerBound]
            rest = rest[close.upperBound...]
        }
        return plain + rest
    }

    private typealias Element = (
        name: String, element: Range<String.Index>, opening: Substring, content: Substring
    )

    /// The first element that is not taken over word for word.
    private static func next(in text: Substring) -> Element? {
        var found: Element?
        for name in dropped + ["include", "reset-dirs"] {
            var from = text.startIndex
            while let open = text[from...].firstRange(of: "<" + name) {
                from = open.upperBound
                guard let after = text[from...].first, " \t\r\n/>".contains(after),
                    let close = text[from...].firstIndex(of: ">")
                else { continue }
                let opening = text[from..<close], inner = text.index(after: close)
                guard found.map({ open.lowerBound < $0.element.lowerBound }) ?? true else { break }
                if opening.last == "/" {
                    found = (name, open.lowerBound..<inner, opening, "")
                } else if let end = text[inner...].firstRange(of: "</" + name + ">") {
                    found = (name, open.lowerBound..<end.upperBound, opening, text[inner..<end.lowerBound])
                }
                break
            }
        }
        return found
    }

    /// The files that an include names, in fontconfig's order; none if there are none.
    private func files(of opening: Substring, _ content: Substring, in file: String) -> [String] {
        var name = String(content)
        while let first = name.first, first.isWhitespace { name.removeFirst() }
        while let last = name.last, last.isWhitespace { name.removeLast() }
        let home = getenv("HOME").map { String(cString: $0) } ?? ""
        let own = getenv("XDG_CONFIG_HOME").map { String(cString: $0) } ?? home + "/.config"
        let path: String
        if opening.contains("\"xdg\"") {
            path = own + "/" + name
        } else if opening.contains("\"relative\"") {
            path = file[..<(file.lastIndex(of: "/") ?? file.startIndex)] + "/" + name
        } else if name.hasPrefix("~") {
            path = home + name.dropFirst()
        } else if name.hasPrefix("/") {
            path = name
        } else {
            let named = getenv("FONTCONFIG_PATH").map { String(cString: $0) } ?? ""
            let folders = named.split(separator: ":").map(String.init) + ["/etc/fonts"]
            path = folders.map { $0 + "/" + name }.first { access($0, F_OK) == 0 } ?? ""
        }
        guard FontConfiguration.isFolder(path) else { return access(path, R_OK) == 0 ? [path] : [] }
        let names = ((try? Folder.names(path)) ?? nil) ?? []
        return names.filter { $0.utf8.first.map { (0x30...0x39).contains($0) } ?? false && $0.hasSuffix(".conf") }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { path + "/" + $0 }
    }
}
