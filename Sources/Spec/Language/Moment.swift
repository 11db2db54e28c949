// A time in the video, counted from its start, or from the start or end of a scene so that it moves with the scene.
import Composition
import Diagnostics

struct Moment: Sendable, Equatable {
    enum Edge: String, Sendable, CaseIterable { case start, end }

    /// nil: `offset` counts from the start of the video.
    var scene: String?
    var edge = Edge.start
    var offset = Time.seconds(0)

    init(offset: Time = .seconds(0)) { self.offset = offset }

    /// "scene.offer.start", "scene.offer.end - 0.5s". Names of scenes may contain dots and blanks, so the last edge
    /// counts.
    init?(_ text: String) {
        guard text.hasPrefix("scene.") else { return nil }
        let rest = text.dropFirst("scene.".count)
        for edge in Edge.allCases {
            guard let found = rest.lastRange(of: "." + edge.rawValue), found.lowerBound > rest.startIndex else {
                continue
            }
            var words = rest[found.upperBound...].drop { $0 == " " }
            if let sign = words.first {
                guard sign == "+" || sign == "-" else { continue }
                words = words.dropFirst().drop { $0 == " " }
                guard let first = words.first, first != "+", first != "-", let time = Time(String(words)) else {
                    continue
                }
                offset = sign == "-" ? time.negated : time
            }
            (scene, self.edge) = (String(rest[..<found.lowerBound]), edge)
            return
        }
        return nil
    }

    /// nil if the scene does not exist.
    func exact(at rate: FrameRate, in spans: [String: SceneSpan]) -> Rational? {
        guard let scene else { return offset.exact(at: rate) }
        return spans[scene].map { (edge == .start ? $0.begin : $0.end) + offset.exact(at: rate) }
    }
}

extension Substring {
    fileprivate func lastRange(of word: String) -> Range<Index>? {
        var found: Range<Index>?, from = startIndex
        while let next = self[from...].firstRange(of: word) {
            found = next
            from = index(after: next.lowerBound)
        }
        return found
    }
}

extension Time {
    fileprivate var negated: Time {
        switch self {
        case .seconds(let seconds): .seconds(-seconds)
        case .frames(let frames): .frames(-frames)
        }
    }
}

extension Scalar {
    static let moment: Kind<Placed<Moment>> = {
        let tied = Schema.type(
            "string", [("pattern", .string("^scene\\..+\\.(?:start|end) *(?:[-+] *\(timePattern))?$|\\{\\{"))])
        return Kind<Moment>(.any([time.schema, tied])) { node, reader in
            guard let text = node.text, text.hasPrefix("scene.") else {
                return time.read(node, reader).map { Moment(offset: $0) }
            }
            guard let moment = Moment(text) else {
                reader.wrongType(
                    node, expected: "a time such as 3s, or scene.NAME.start, scene.NAME.end, scene.NAME.start + 0.5s")
                return nil
            }
            let seconds =
                switch moment.offset {
                case .seconds(let s): s;
                case .frames(let f): f / 240
                }
            guard (-SpecLimits.seconds...SpecLimits.seconds).contains(seconds) else {
                reader.report(
                    .timeOutOfRange(
                        reader.field, text, limit: "within \(plainNumber(SpecLimits.seconds))s of its scene",
                        at: node.place))
                return nil
            }
            return moment
        }.named(
            "moment",
            "A time from the start of the video (3s, 0:01.5), or one that moves with a scene: scene.offer.start, "
                + "scene.offer.end, scene.offer.start + 0.5s, scene.offer.end - 12f; the call to action is scene.cta"
        ).placed
    }()
}

extension VideoSpec {
    /// All times that may be tied to a scene.
    var moments: [Placed<Moment>] {
        audio.tracks.flatMap { [$0.at, $0.until].compactMap { $0 } }
            + [captions?.at, captions?.until].compactMap { $0 } + acceptance.sync
    }

    /// The times of each scene, including the call to action.
    var spans: [String: SceneSpan] {
        var clock = SceneClock(rate: video.rate), spans: [String: SceneSpan] = [:]
        for scene in scenes { spans[scene.id.value] = clock.next(scene.duration.value) }
        if let cta { spans["cta"] = clock.next(cta.hold.value) }
        return spans
    }

    func checkMoments(_ reader: Reader) {
        let known = scenes.map(\.id.value) + (cta == nil ? [] : ["cta"])
        for moment in moments {
            guard let scene = moment.value.scene, !known.contains(scene) else { continue }
            reader.report(.unknownName(.scene, scene, known: known, label: "scenes", at: moment.place))
        }
    }
}
