// A parameter of a stage, declared once: the descriptor lists it, pipelines set it, the body reads it
// (`try job[EncodeStage.crf]`).
import Diagnostics

public struct Parameter<Content>: Sendable {
    public let declared: StageDescriptor.Parameter
    /// nil: the value has another type.
    let decode: @Sendable (Value) -> Content?
    let encode: @Sendable (Content) -> Value

    init(
        _ name: String, _ kind: StageDescriptor.Parameter.Kind, default value: Content, _ summary: String,
        encode: @escaping @Sendable (Content) -> Value, decode: @escaping @Sendable (Value) -> Content?
    ) {
        declared = StageDescriptor.Parameter(name, kind, default: encode(value), summary)
        self.encode = encode
        self.decode = decode
    }
}

extension Parameter<Int> {
    public init(_ name: String, _ range: ClosedRange<Int>, default value: Int, _ summary: String) {
        self.init(name, .integer(range), default: value, summary, encode: { .int($0) }) {
            if case .int(let number) = $0, range.contains(number) { number } else { nil }
        }
    }
}

extension Parameter<Double> {
    public init(_ name: String, _ range: ClosedRange<Double>, default value: Double, _ summary: String) {
        self.init(name, .number(range), default: value, summary, encode: { .number($0) }) {
            switch $0 {
            case .int(let number) where range.contains(Double(number)): Double(number)
            case .number(let number) where range.contains(number): number
            default: nil
            }
        }
    }
}

extension Parameter<Bool> {
    public init(_ name: String, default value: Bool, _ summary: String) {
        self.init(name, .bool, default: value, summary, encode: { .bool($0) }) {
            if case .bool(let flag) = $0 { flag } else { nil }
        }
    }
}

extension Parameter<String> {
    public init(_ name: String, default value: String, _ summary: String) {
        self.init(name, .string, default: value, summary, encode: { .string($0) }) {
            if case .string(let text) = $0 { text } else { nil }
        }
    }
}

extension Parameter where Content: RawRepresentable & CaseIterable & Sendable, Content.RawValue == String {
    /// One of the cases of a type.
    public init(_ name: String, choice value: Content, _ summary: String) {
        let words = Content.allCases.map(\.rawValue)
        self.init(name, .choice(words), default: value, summary, encode: { .string($0.rawValue) }) {
            if case .string(let text) = $0 { Content(rawValue: text) } else { nil }
        }
    }
}

extension Parameter<[String]> {
    public init(_ name: String, list summary: String) {
        self.init(name, .list, default: [], summary, encode: { .array($0.map(Value.string)) }) {
            guard case .array(let values) = $0 else { return nil }
            let texts = values.compactMap { if case .string(let text) = $0 { text } else { nil as String? } }
            return texts.count == values.count ? texts : nil
        }
    }
}

extension Parameter<[Int]> {
    public init(_ name: String, list summary: String) {
        self.init(name, .list, default: [], summary, encode: { .array($0.map(Value.int)) }) {
            guard case .array(let values) = $0 else { return nil }
            let numbers = values.compactMap { if case .int(let number) = $0 { number } else { nil as Int? } }
            return numbers.count == values.count ? numbers : nil
        }
    }
}

extension Parameter<[String: String]> {
    /// Names with texts, as `--set` gives them. A pipeline may write numbers and booleans as texts.
    public init(_ name: String, table summary: String) {
        self.init(name, .table, default: [:], summary, encode: { .object($0.mapValues(Value.string)) }) {
            guard case .object(let members) = $0 else { return nil }
            let texts = members.compactMapValues { value -> String? in
                switch value {
                case .string(let text): text
                case .int(let number): String(number)
                case .number(let number): String(number)
                case .bool(let flag): flag ? "true" : "false"
                default: nil
                }
            }
            return texts.count == members.count ? texts : nil
        }
    }
}

extension Job {
    /// The value of a parameter; its default if the job does not set it.
    public subscript<Content>(parameter: Parameter<Content>) -> Content {
        get throws {
            let name = parameter.declared.name
            guard let content = parameter.decode(parameters[name] ?? parameter.declared.defaultValue) else {
                let given = parameters[name] ?? .null
                throw StageProblem.badParameter(name, value: given.canonical, node: node).diagnostic
            }
            return content
        }
    }

    public mutating func set<Content>(_ parameter: Parameter<Content>, to content: Content) {
        parameters[parameter.declared.name] = parameter.encode(content)
    }
}
