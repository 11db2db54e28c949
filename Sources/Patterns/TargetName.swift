// What fills the holes of a pipeline for one target. Looks at no file.
import Diagnostics

/// The values of `{name}` and `{film}`. In a pipeline without films both are the same.
public struct TargetName: Sendable {
    public let name: String
    public let film: String

    public init(name: String, film: String) {
        self.name = name
        self.film = film
    }

    /// Of a target that is no film.
    public init(_ name: String) { self.init(name: name, film: name) }

    /// A hole in a path.
    package enum Hole: String, Sendable, CaseIterable {
        case name, film
        package var text: String { "{" + rawValue + "}" }
    }

    package subscript(hole: Hole) -> String { hole == .film ? film : name }
}

extension TargetName: Hashable {
    public static func == (a: TargetName, b: TargetName) -> Bool {
        a.name.isSameBytes(b.name) && a.film.isSameBytes(b.film)
    }
    public func hash(into hasher: inout Hasher) {
        hasher.combine(ByteText(name))
        hasher.combine(ByteText(film))
    }
}
