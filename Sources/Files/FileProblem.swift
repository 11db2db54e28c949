// Turns a failed call on a file into a problem with a message.
import Diagnostics
import Glibc

extension StoreProblem {
    /// For a failed write or rename, or a folder that cannot be created.
    package static func writing(_ path: String, _ code: Int32) -> StoreProblem {
        switch code {
        case ENOSPC, EDQUOT, EFBIG: .diskFull(path: path)
        case EXDEV: .leadsOut(path: path)
        case ELOOP: .isALink(path: path)
        default: .cannotWrite(path: path, reason: message(code))
        }
    }
}
