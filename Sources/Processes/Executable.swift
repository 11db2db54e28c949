// Where a program is found.
import Glibc

/// The first executable file of this name in the absolute folders of `path`; nil: there is none. A relative folder is
/// passed over: what it holds depends on where one stands.
public func executable(_ name: String, in path: String) -> String? {
    path.split(separator: ":").map { $0 + "/" + name }.first { $0.hasPrefix("/") && access($0, X_OK) == 0 }
}

/// The same in the user's PATH.
public func executable(_ name: String) -> String? {
    executable(name, in: getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin")
}
