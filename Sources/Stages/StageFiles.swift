// How a stage that runs in the engine reads its inputs and writes its outputs.
import Diagnostics
import FoundationEssentials
import Glibc
import Work

extension Job {
    /// The only file of a slot; nil where an optional input is absent.
    func input(_ slot: String) -> String? { inputs[slot]?.first }

    /// How the user calls it.
    func name(_ slot: String) -> String { names[slot]?.first ?? slot }

    func text(_ slot: String) throws -> String {
        guard let path = input(slot) else { throw StageProblem.noInput(slot: slot, node: node).diagnostic }
        return String(decoding: try read(path), as: UTF8.self)
    }

    func decode<T: Decodable>(_ type: T.Type, _ slot: String) throws -> T {
        guard let path = input(slot) else { throw StageProblem.noInput(slot: slot, node: node).diagnostic }
        do { return try JSONDecoder().decode(type, from: try read(path)) } catch let error as DecodingError {
            throw StageProblem.unreadableArtifact(slot: slot, node: node, error: words(of: error)).diagnostic
        }
    }

    /// By system calls: through Foundation the reason of a failure is lost.
    func read(_ path: String) throws -> Data {
        func failure(_ code: Int32) -> Diagnostic { StageProblem.cannotRead(path: path, error: String(cString: strerror(code))).diagnostic }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(errno) }
        defer { close(descriptor) }
        var data = Data()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure(errno) }
            if count == 0 { return data }
            data.append(contentsOf: buffer[..<count])
        }
    }

    /// Writes an output into the scratch folder; equal values give equal bytes.
    func write(_ value: some Encodable, as file: String) throws -> String { try write(Self.encoded(value), as: file) }

    static func encoded(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return try encoder.encode(value)
    }

    func write(_ data: Data, as file: String) throws -> String {
        let path = scratch + "/" + file
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        let written = descriptor >= 0 && data.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let n = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if n < 0 && errno == EINTR { continue }
                if n <= 0 { return false }
                rest = rest.dropFirst(n)
            }
            return true
        }
        let error = errno
        if descriptor >= 0 { close(descriptor) }
        guard written else { throw StageProblem.cannotWrite(file: file, error: String(cString: strerror(error))).diagnostic }
        return file
    }
}
