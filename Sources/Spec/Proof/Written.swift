// The author's names in a resolved spec, and the places that findings point at. Checks before rendering get this and
// the resolved video, but never the spec itself.
import Composition
import Diagnostics

struct Written: Codable, Sendable {
    struct Layer: Codable, Sendable {
        /// The name or path of its picture or clip.
        var asset: String?
        var isClip: Bool
        /// Its name in messages: "'photo'", "the gradient", "the shape".
        var what: String
        /// The place of its asset's name; for a layer without an asset, its beginning.
        var place: Place
        /// The same in every format of the spec.
        var number: Int
        /// What must stay in view of its picture.
        var wish: CropWish?
        /// Whether the author says how it fits its box.
        var isFitWritten: Bool
    }

    /// Times in seconds.
    struct Track: Codable, Sendable {
        var asset: Placed<String>
        var loops: Bool
        var duration: Double?
        var trim: Double
        var until: Place?
        /// Whether it starts with a scene.
        var isTiedToScene: Bool
        /// The assets under which it is ducked; nil: never.
        var under: [String]?
    }

    struct Asset: Codable, Sendable {
        var name: String
        var license: String?
        var credit: String?
        /// What the author says of its origin; nil: nothing.
        var origin: AssetSource?
        var place: Place
    }

    /// A font of the theme: families and files in order of preference.
    struct Font: Codable, Sendable {
        var name: String
        var choices: [Placed<String>]
    }

    /// The place of a field's value, or of the innermost enclosing value if the field is missing.
    struct Fields: Codable, Sendable {
        var size: Place
        var frameRate: Place
        var formats: [String: Place]
        var audio: Place
        var loudness: Place
        var truePeak: Place
        var duration: Place
        var language: Place
        var profile: Place
    }

    /// By scene, without the call to action, which has no layers in the spec.
    var scenes: [[Layer]]
    /// Where each of these scenes has its name.
    var sceneNames: [Place]
    var tracks: [Track]
    var assets: [Asset]
    /// The fonts that texts use.
    var fonts: [Font]
    var fields: Fields
    /// Groups whose layers need more room than they have.
    var crowded: [GroupLayout.Crowded]

    init(_ spec: ValidSpec, _ document: VideoSpec, usedFonts: Set<String>, crowded: [GroupLayout.Crowded]) {
        self.crowded = crowded
        let rate = document.video.rate
        scenes = document.scenes.map { scene in
            scene.layers.map { layer in
                let named = layer.image ?? layer.video
                return Layer(
                    asset: named?.value, isClip: layer.video != nil,
                    what: named.map { "'\($0.value)'" } ?? (layer.kind == .gradient ? "the gradient" : "the shape"),
                    place: named?.place ?? layer.place, number: layer.number, wish: layer.wish(document),
                    isFitWritten: layer.fit.isWritten)
            }
        }
        sceneNames = document.scenes.map(\.id.place)
        tracks = document.audio.tracks.map { track in
            Track(
                asset: track.asset, loops: track.loop, duration: track.duration?.seconds(at: rate),
                trim: track.trim.value.seconds(at: rate), until: track.until?.place,
                isTiedToScene: track.at?.value.scene != nil, under: track.duck?.under.map(\.value))
        }
        assets = document.assets.map { entry in
            Asset(
                name: entry.name, license: entry.value.license, credit: entry.value.credit,
                origin: entry.value.origin, place: entry.place)
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
            language: spec.place(along: ["video", "language"]),
            profile: spec.place(along: ["acceptance", "profile"]))
    }
}
