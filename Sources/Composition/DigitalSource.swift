// Where pictures, clips and sounds come from: in the author's words, as marks that a file carries, and for a film in a
// term of IPTC. Knows neither the spec nor how a file holds its marks.

/// What an author says of a picture, clip or sound.
public enum AssetSource: String, Codable, Sendable, Hashable, CaseIterable {
    /// A camera or a microphone recorded it.
    case captured
    /// A screen was recorded.
    case screen
    /// A person made it with tools that generate nothing.
    case drawn
    /// A program made it without a trained model: a chart, a synthesiser, espeak-ng.
    case algorithmic
    /// A trained model made it or a part of it.
    case trained
    /// It has parts of several kinds, none from a trained model.
    case composite
}

/// What a file says of itself.
public struct OriginMarks: Codable, Sendable, Hashable {
    /// It carries a C2PA manifest.
    public var hasCredentials: Bool
    /// The terms of digital source types that are written in its manifest or its XMP, sorted, each once.
    public var sourceTypes: [String]
    /// It has more metadata than is searched.
    public var isPartial: Bool?

    public init(hasCredentials: Bool, sourceTypes: [String], isPartial: Bool = false) {
        self.hasCredentials = hasCredentials
        self.sourceTypes = sourceTypes
        self.isPartial = isPartial ? true : nil
    }

    /// The term that says that a trained model made the file or a part of it; nil: none does.
    public var trained: String? { sourceTypes.first { Self.trainedTypes.contains($0.lowercased()) } }

    /// Of IPTC, in lower case. `compositeSynthetic` is the former word for elements that a model generated.
    private static let trainedTypes: Set = [
        "trainedalgorithmicmedia", "compositewithtrainedalgorithmicmedia", "compositesynthetic",
        "algorithmicallyenhanced", "trainedalgorithmicdata",
    ]
}

/// A film's term among IPTC's digital source types (http://cv.iptc.org/newscodes/digitalsourcetype/).
public enum DigitalSourceType: String, Codable, Sendable, Hashable, CaseIterable {
    case algorithmicMedia, digitalCreation, screenCapture, compositeCapture, composite
    case compositeWithTrainedAlgorithmicMedia

    public var uri: String { "http://cv.iptc.org/newscodes/digitalsourcetype/" + rawValue }

    /// Of a film of these pictures, clips and sounds; nil: the author does not say where one comes from.
    /// - Parameter drawsItself: whether the film shows texts, captions or shapes, which are made by code.
    public init(ofFilm parts: [AssetSource?], drawsItself: Bool) {
        let kinds = Set(parts)
        if kinds.contains(.trained) {
            self = .compositeWithTrainedAlgorithmicMedia
        } else if kinds.isSubset(of: [.algorithmic]) {
            self = .algorithmicMedia
        } else if kinds.isSubset(of: [.algorithmic, .drawn]) {
            self = .digitalCreation
        } else if kinds == [.captured], !drawsItself {
            self = .compositeCapture
        } else if kinds == [.screen], !drawsItself {
            self = .screenCapture
        } else {
            // True of every film of several parts.
            self = .composite
        }
    }
}
