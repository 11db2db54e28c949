// Where the parts of a film come from, as the author and the files say.
import Composition

extension VideoSpec {
    /// The origin of a picture, clip or sound by its name or path; nil: the author does not say. A file's own mark
    /// counts where it says that a trained model was used: a spec that leaves it out does not undo it.
    func source(of name: String, _ facts: Facts) -> AssetSource? {
        if facts.assets[name]?.marks?.trained != nil { return .trained }
        return assets.first { $0.name == name }?.value.origin
    }
}

extension ResolvedVideo.Scene {
    /// Whether code makes something of what is seen: a text, a shape, or an empty scene.
    var drawsItself: Bool {
        layers.isEmpty
            || layers.contains {
                switch $0.content {
                case .text, .shape: true
                case .image, .video: false
                }
            }
    }
}
