// How a stage that runs in the engine reads its inputs and writes its outputs.
import Diagnostics
import Files
import FoundationEssentials
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

    func read(_ path: String) throws -> Data {
        do throws(SystemFailure) { return Data(try WholeFile.read(path)) } catch { throw StageProblem.cannotRead(path: path, error: error.words).diagnostic }
    }

    /// Writes an output into the scratch folder; equal values give equal bytes.
    func write(_ value: some Encodable, as file: String) throws -> String { try write(Self.encoded(value), as: file) }

    static func encoded(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return try encoder.encode(value)
    }

    func write(_ data: Data, as file: String) throws -> String {
        do throws(SystemFailure) { try WholeFile.write(data, to: scratch + "/" + file) } catch {
            throw StageProblem.cannotWrite(file: file, error: error.words).diagnostic
        }
        return file
    }
}
