// A file as a pipeline names it: in the workspace or in a root. The text alone is ambiguous: `brand:x` may be a file of
// the workspace or a file of the root `brand`.
import Diagnostics

package struct FileName: Sendable {
    /// Relative to the workspace, or preceded by its root and a colon.
    package let text: String
    /// nil: it lies in the workspace.
    package let root: String?

    package init(_ text: String, root: String? = nil) {
        self.text = text
        self.root = root
    }

    /// Its absolute path.
    package func path(in folders: Folders) -> String {
        root == nil ? folders.workspace + "/" + text : folders.path(text)
    }

    /// The path at which a program finds it in its folder.
    package var place: String { root == nil ? text : Folders.place(text) }
}

extension Pattern {
    /// The file that the pattern names once its hole is filled.
    package func fileName(for name: TargetName) -> FileName { FileName(file(for: name), root: root) }
}
