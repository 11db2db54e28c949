// Errors as readable text: those of Swift's decoders print as values.
import Diagnostics
import Files

/// The message of an error, without its type.
public func words(of error: any Error) -> String {
    switch error {
    case let diagnostic as Diagnostic: diagnostic.message
    case let several as Diagnostics: several.all.first?.message ?? "an error without a message"
    case let system as SystemFailure: system.words
    case let decoding as DecodingError: words(of: decoding)
    default: "\(error)"
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
