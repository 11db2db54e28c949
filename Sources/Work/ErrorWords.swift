// Errors of libraries in words a person reads: Foundation's describe themselves as values of Swift.
import Diagnostics
import FoundationEssentials
import Glibc

/// What a file's error says, without the type that it came in.
public func words(of error: any Error) -> String {
    switch error {
    case let diagnostic as Diagnostic: diagnostic.message
    case let several as Diagnostics: several.all.first?.message ?? "an error without a message"
    case let posix as POSIXError: words(of: posix.code.rawValue)
    case let cocoa as CocoaError: words(of: cocoa)
    case let decoding as DecodingError: words(of: decoding)
    default: "\(error)"
    }
}

private func words(of code: Int32) -> String { String(cString: strerror(code)).lowercased() }

private func words(of error: CocoaError) -> String {
    if let posix = error.userInfo["NSUnderlyingError"] as? POSIXError { return words(of: posix.code.rawValue) }
    return switch error.code {
    case .fileNoSuchFile, .fileReadNoSuchFile: words(of: ENOENT)
    case .fileReadNoPermission, .fileWriteNoPermission: words(of: EACCES)
    case .fileWriteOutOfSpace: words(of: ENOSPC)
    case .fileWriteVolumeReadOnly: words(of: EROFS)
    case .fileWriteFileExists: words(of: EEXIST)
    case .fileReadTooLarge: words(of: EFBIG)
    case .fileReadInvalidFileName, .fileWriteInvalidFileName: words(of: ENAMETOOLONG)
    default: "the system refused (\(error.code.rawValue))"
    }
}

private func words(of error: DecodingError) -> String {
    func place(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
        let path = (context.codingPath + (last.map { [$0] } ?? [])).map(\.stringValue).joined(separator: ".")
        return path.isEmpty ? "it" : "'\(path)'"
    }
    return switch error {
    case .keyNotFound(let key, let context): "\(place(context, key)) is missing"
    case .valueNotFound(_, let context): "\(place(context)) has no value"
    case .typeMismatch(_, let context): "\(place(context)) is of another type"
    case .dataCorrupted(let context): "\(place(context)) cannot be read"
    @unknown default: "it cannot be read"
    }
}
