// How a resolved spec is written: the names its author chose, and the places of what findings point at. Checks before
// rendering have this and the resolved video; they never see the spec itself.
import Diagnostics

struct Written: Codable, Sendable {
    struct Layer: Codable, Sendable {
        /// The name or path of its picture or clip.
        var asset: String?
        var isClip: Bool
        /// For a message: "'photo'", "the gradient", "the shape".
        var what: String
        /// Where its asset is named; of a layer without one, where it begins.
        var place: Place
    }

    /// Times are seconds.
    struct Track: Codable, Sendable {
        var asset: Placed<String>
        var loops: Bool
        var duration: Double?
        var trim: Double
        var until: Place?
        /// It starts when a scene does.
        var isTiedToScene: Bool
        /// The assets that it is lowered under; nil: it is never lowered.
        var under: [String]?
    }

    struct Asset: Codable, Sendable {
        var name: String
        var license: String?
        var credit: String?
        var isGenerated: Bool
        var place: Place
    }

    /// A font of the theme: families and files in order of preference.
    struct Font: Codable, Sendable {
        var name: String
        var choices: [Placed<String>]
    }

    /// Where the value of a field stands; the nearest that is written where it is not.
    struct Fields: Codable, Sendable {
        var size: Place
        var frameRate: Place
        var formats: [String: Place]
        var audio: Place
        var loudness: Place
        var truePeak: Place
        var duration: Place
        var profile: Place
    }

    /// Scene by scene; the call to action is not written as layers and is not here.
    var scenes: [[Layer]]
    var tracks: [Track]
    var assets: [Asset]
    /// Those that texts are set in.
    var fonts: [Font]
    var fields: Fields

    init(_ spec: ValidSpec, usedFonts: Set<String>) {
        let document = spec.document, rate = document.video.rate
        scenes = document.scenes.map { scene in
            scene.layers.map { layer in
                let named = layer.image ?? layer.video
                return Layer(
                    asset: named?.value, isClip: layer.video != nil,
                    what: named.map { "'\($0.value)'" } ?? (layer.kind == .gradient ? "the gradient" : "the shape"),
                    place: named?.place ?? layer.place)
            }
        }
        tracks = document.audio.tracks.map { track in
            Track(
                asset: track.asset, loops: track.loop, duration: track.duration?.seconds(at: rate),
                trim: track.trim.value.seconds(at: rate), until: track.until?.place,
                isTiedToScene: track.at?.value.scene != nil, under: track.duck?.under.map(\.value))
        }
        assets = document.assets.map { entry in
            Asset(
                name: entry.name, license: entry.value.license, credit: entry.value.credit,
                isGenerated: entry.value.generated, place: entry.place)
        }
        fonts = document.theme.fonts.filter { usedFonts.contains($0.name) }.map {
            Font(name: $0.name, choices: $0.value.choices)
        }
        fields = Fields(
            size: spec.place(along: ["video", "size"]), frameRate: spec.place(along: ["video", "fps"]),
            formats: Dictionary(
                spec.formats.map { ($0, spec.place(along: ["formats", $0])) }, uniquingKeysWith: { first, _ in first }),
            audio: spec.place(along: ["audio"]), loudness: spec.place(along: ["audio", "loudness", "integrated"]),
            truePeak: spec.place(along: ["audio", "loudness", "true_peak"]),
            duration: spec.place(along: ["acceptance", "duration"]),
            profile: spec.place(along: ["acceptance", "profile"]))
    }
}
