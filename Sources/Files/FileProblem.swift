// What a call on a file that failed means for whoever asked for the file.
import Diagnostics
import Glibc

extension StoreProblem {
    /// Of a write, a rename, or a folder that is made.
    package static func writing(_ path: String, _ code: Int32) -> StoreProblem {
        switch code {
        case ENOSPC, EDQUOT, EFBIG: .diskFull(path: path)
        case EXDEV: .leadsOut(path: path)
        case ELOOP: .isALink(path: path)
        default: .cannotWrite(path: path, reason: message(code))
        }
    }
}
