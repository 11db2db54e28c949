// Texts in the forms in which they were drawn: a title is in several segments, and is drawn to measure its contrast, to be
// encoded and to be compared with what was encoded. Must not be shared between threads.
import Composition

final class DrawnTexts {
    private struct Entry {
        var text: TextContent
        var files: [String]
        var layout: TextLayout
        var picture: DrawnPicture
    }
    /// Ordered by last use, the latest last.
    private var entries: [Entry] = []
    private static let limit = 16 << 20, mostEntries = 256

    func picture(of text: TextContent, _ files: [String]) -> (picture: DrawnPicture, layout: TextLayout)? {
        guard
            let index = entries.lastIndex(where: {
                $0.files.elementsEqual(files) { $0.isSameBytes($1) } && $0.text.isSameBytes(text)
            })
        else { return nil }
        let entry = entries.remove(at: index)
        entries.append(entry)
        return (entry.picture, entry.layout)
    }

    func keep(_ picture: DrawnPicture, _ layout: TextLayout, of text: TextContent, _ files: [String]) {
        // What the others hold by now; the new one has drawn nothing yet.
        var bytes = entries.reduce(0) { $0 + $1.picture.byteCount }
        while let first = entries.first, bytes > Self.limit || entries.count >= Self.mostEntries {
            bytes -= first.picture.byteCount
            entries.removeFirst()
        }
        entries.append(Entry(text: text, files: files, layout: layout, picture: picture))
    }
}

extension TextContent {
    /// Whether both are equal to the byte: strings that Unicode calls equal may be shaped differently.
    fileprivate func isSameBytes(_ other: TextContent) -> Bool {
        self == other && text.isSameBytes(other.text) && language.isSameBytes(other.language)
            && families.elementsEqual(other.families) { $0.isSameBytes($1) }
    }
}
