// What a stage takes out of a job (one file of a slot, a value in a file, a parameter) and how it writes a result. What is missing is a fault of the engine's.
import Diagnostics
import FoundationEssentials
import Work

extension Job {
    /// The only file of a slot.
    func file(_ slot: String) throws -> String {
        guard let path = inputs[slot]?.first else { throw JobProblem.badJob("nothing is in slot '\(slot)'").diagnostic }
        return path
    }

    func bytes(_ slot: String) throws -> Data {
        let path = try file(slot)
        do { return Data(try WholeFile.read(path)) }
        catch { throw EncodeProblem.media(doing: "read '\(names[slot]?.first ?? path)'", reason: words(of: error)).diagnostic }
    }

    /// The JSON in the file of a slot.
    func value<T: Decodable>(_ type: T.Type, _ slot: String) throws -> T {
        let data = try bytes(slot)
        do { return try JSONDecoder().decode(type, from: data) }
        catch { throw JobProblem.badJob("'\(names[slot]?.first ?? slot)' is not a \(type): \(words(of: error))").diagnostic }
    }

    /// The JSON in each file of a slot that takes a list.
    func values<T: Decodable>(_ type: T.Type, _ slot: String) throws -> [T] {
        try (inputs[slot] ?? []).map { path in
            do { return try JSONDecoder().decode(type, from: Data(WholeFile.read(path))) }
            catch { throw JobProblem.badJob("a file of slot '\(slot)' is not a \(type): \(words(of: error))").diagnostic }
        }
    }

    func number(_ parameter: String, default value: Double) throws -> Double {
        switch parameters[parameter] {
        case nil, .null: return value
        case .int(let number): return Double(number)
        case .number(let number): return number
        case let other?: throw JobProblem.badJob("parameter '\(parameter)' is \(other), not a number").diagnostic
        }
    }

    func text(_ parameter: String, default value: String) throws -> String {
        switch parameters[parameter] {
        case nil, .null: return value
        case .string(let text): return text
        case let other?: throw JobProblem.badJob("parameter '\(parameter)' is \(other), not a text").diagnostic
        }
    }

    func flag(_ parameter: String, default value: Bool) throws -> Bool {
        switch parameters[parameter] {
        case nil, .null: return value
        case .bool(let flag): return flag
        case let other?: throw JobProblem.badJob("parameter '\(parameter)' is \(other), not true or false").diagnostic
        }
    }

    /// Name to text, as `--set` gives it.
    func table(_ parameter: String) throws -> [String: String] {
        switch parameters[parameter] {
        case nil, .null: return [:]
        case .object(let values):
            return try values.mapValues { value in
                guard case .string(let text) = value else { throw JobProblem.badJob("parameter '\(parameter)' holds \(value), not text").diagnostic }
                return text
            }
        case let other?: throw JobProblem.badJob("parameter '\(parameter)' is \(other), not a table").diagnostic
        }
    }

    /// A value as JSON, equal bytes for equal values, into a file of the scratch folder.
    func write(_ value: some Encodable, _ file: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        do {
            var data = try encoder.encode(value)
            data.append(10)
            try WholeFile.write(data, to: scratch + "/" + file)
        } catch {
            throw EncodeProblem.media(doing: "write '\(file)'", reason: words(of: error)).diagnostic
        }
    }
}
