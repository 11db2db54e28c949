// A file as a pipeline names it: in the workspace, or in a root. The same text can be both, `brand:x` a file of the
// workspace and one of the root `brand`, so the text alone does not say which file it is.
import Diagnostics

package struct FileName: Sendable {
    /// Relative to the workspace, or with its root before a colon.
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

    /// Where it lies for a program that finds its inputs by their names.
    package var place: String { root == nil ? text : Folders.place(text) }
}

extension Pattern {
    /// The file that the pattern stands for with a name filled in.
    package func fileName(for name: String) -> FileName { FileName(file(for: name), root: root) }
}
