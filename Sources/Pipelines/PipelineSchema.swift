// The JSON Schema (2020-12) of a pipeline file, made from the table of stages and the fields of a command, for editors
// and validators.
import Work

public enum PipelineSchema {
    public static func value(kinds: [StageDescriptor]) -> Value {
        object([
            "$schema": .string("https://json-schema.org/draft/2020-12/schema"),
            "title": .string("vgraph pipeline"),
            "type": .string("object"),
            "additionalProperties": .bool(false),
            "properties": object([
                "pipeline": text("Its name."),
                "target": text(targetText),
                "films": text(filmsText),
                "include": oneOf([text(includeText), object(["type": .string("array"), "items": text("A file.")])]),
                "vars": object([
                    "type": .string("object"), "description": .string(varsText),
                    "additionalProperties": .bool(true),
                ]),
                "pools": object([
                    "type": .string("object"),
                    "description": .string("How many nodes may run at once in each pool."),
                    "additionalProperties": object([
                        "type": .string("integer"), "minimum": .int(1),
                        "maximum": .int(1000),
                    ]),
                ]),
                "stages": object([
                    "type": .string("object"), "minProperties": .int(1),
                    "additionalProperties": oneOf(kinds.map(stage) + [command, addition]),
                ]),
            ]),
            "anyOf": .array([
                object(["required": .array([.string("pipeline"), .string("target"), .string("stages")])]),
                object(["required": .array([.string("include"), .string("pipeline"), .string("target")])]),
                // A part that others include.
                object(["not": object(["required": .array([.string("target")])])]),
            ]),
        ])
    }

    private static func stage(_ kind: StageDescriptor) -> Value {
        let uses = object(["const": .string(kind.name), "description": .string(kind.summary)])
        var fields: [String: Value] = ["uses": uses, "after": references, "pool": text(poolText)]
        fields.merge(terms) { $1 }
        for slot in kind.slots {
            let isList = slot.count == .list
            let count = slot.count == .optional ? ", optional" : isList ? ", any number" : ""
            let what = "Input: " + slot.accepts.joined(separator: " or ") + count + "."
            fields[slot.name] =
                isList
                ? oneOf([text(what), object(["type": .string("array"), "items": text(what)])])
                : text(what)
        }
        for parameter in kind.parameters { fields[parameter.name] = self.parameter(parameter) }
        if kind.eachSlot != nil { fields["each"] = text(eachText) }
        if !kind.outputs.isEmpty { fields["output"] = text(outputText) }
        return object([
            "type": .string("object"), "title": .string(kind.name), "required": .array([.string("uses")]),
            "properties": .object(fields), "additionalProperties": .bool(false),
        ])
    }

    private static func parameter(_ parameter: StageDescriptor.Parameter) -> Value {
        var schema: [String: Value] = ["description": .string(parameter.summary), "default": parameter.defaultValue]
        switch parameter.kind {
        case .string: schema["type"] = .string("string")
        case .bool: schema["type"] = .string("boolean")
        case .integer(let range):
            schema["type"] = .string("integer")
            schema["minimum"] = .int(range.lowerBound)
            schema["maximum"] = .int(range.upperBound)
        case .number(let range):
            schema["type"] = .string("number")
            schema["minimum"] = .number(range.lowerBound)
            schema["maximum"] = .number(range.upperBound)
        case .choice(let choices): schema["enum"] = .array(choices.map { .string($0) })
        case .table: schema["type"] = .string("object")
        case .list: schema["type"] = .string("array")
        }
        // A variable may stand for it.
        return oneOf([
            .object(schema),
            object(["type": .string("string"), "pattern": .string("^\\{[A-Za-z_][A-Za-z0-9_]*\\}$")]),
        ])
    }

    private static let targetText =
        "The file it makes; {name} matches a part of the target's name, and with 'films' {film} is the film's. "
        + "One stage has it as its 'output'."
    private static let filmsText =
        "The specs, for example '{name}.video.yaml'. Each makes a target for each of its films (formats, languages, "
        + "rows): {film} in a path is the film's name, and '{choice}' as a value says which it is."
    private static let includeText =
        "Another pipeline file, from this file's folder, or 'builtin': "
        + "its variables, pools and stages come first."
    private static let varsText =
        "Variables: {word} in a text of this file becomes the value. "
        + "A variable may use those before it."
    private static let runText =
        "The program and its arguments. $in, $in.NAME, $each, $STAGE.OUTPUT and $out.NAME "
        + "become paths; '$$' is a dollar sign."
    private static let inputsText =
        "Files ('data/{name}.csv', 'photos/*.png', 'notes.txt?'), results ('$voice.wav'), "
        + "and files of one that is a folder ('$make.frames/*.png'); a list, or by name."
    private static let fileText =
        "Where the program writes it; with '*' in its name it is a list, "
        + "with '/' at its end a folder."
    private static let placeText = "Where the program writes it; 'frames/*.png' is a list, 'frames/' a folder."
    private static let secretsText =
        "Variables passed from the caller's environment; their values are in no key "
        + "and no record."
    private static let readsText = "Folders it may read; 'depfile' or 'discovered' lists what it did read."
    private static let travelsText =
        "A server of 'vgraph build --remote' may run it: beyond its inputs it needs the named programs alone, with the "
        + "same bytes at the same paths there."
    private static let retryText = "How often it runs again when it fails, after 1, 2, 4 … seconds."
    private static let eachText = "A list ('$plan.segments') or files ('clips/*.mp4'): the stage runs once for each."
    private static let outputText =
        "The file of the workspace that the first output becomes; "
        + "a folder, where that is one ('frames/')."
    private static let poolText = "The pool whose places its nodes take."

    private static let terms: [String: Value] = [
        "retry": oneOf([
            object([
                "type": .string("integer"), "minimum": .int(0), "maximum": .int(10),
                "description": .string(retryText),
            ]),
            object([
                "type": .string("object"), "required": .array([.string("times")]),
                "additionalProperties": .bool(false), "properties": retryFields,
            ]),
        ]),
        "cache": flag("false: it runs in every build."),
        "max_age": quantity("How long its result counts, for example 12h or 1d."),
    ]

    private static let retryFields = object([
        "times": object(["type": .string("integer"), "minimum": .int(0), "maximum": .int(10)]),
        "paid": flag("Try again even if each try costs money."),
    ])

    private static let references = oneOf([
        text("A stage that must be done first, for example '$voice'."),
        object(["type": .string("array"), "items": text("A reference.")]),
    ])

    private static let command: Value = {
        let word = object(["type": .array([.string("string"), .string("number"), .string("boolean")])])
        let words = object(["type": .string("array"), "items": word])
        let output = object([
            "type": .string("object"), "required": .array([.string("file")]),
            "additionalProperties": .bool(false),
            "properties": object([
                "file": text(fileText), "type": text("Its type for other stages (default: 'file')."),
                "optional": flag("It may be missing."), "empty": flag("It may have no bytes."),
            ]),
        ])
        let list = oneOf([
            text("One."),
            object(["type": .string("array"), "items": .object(["type": .string("string")])]),
        ])
        let inputs = oneOf([list, object(["type": .string("object"), "additionalProperties": list])])
        return object([
            "type": .string("object"), "title": .string("command"), "required": .array([.string("run")]),
            "additionalProperties": .bool(false),
            "properties": object(
                terms.merging([
                    "run": described(words, runText),
                    "inputs": described(inputs, inputsText),
                    "outputs": described(
                        object([
                            "type": .string("object"),
                            "additionalProperties": oneOf([text(placeText), output]),
                        ]),
                        "What it makes, by name."),
                    "output": text(outputText), "each": text(eachText), "after": references, "pool": text(poolText),
                    "env": described(
                        object(["type": .string("object")]),
                        "Variables of its environment; it gets none of the caller's."),
                    "secrets": described(list, secretsText),
                    "tools": described(list, "Other programs it starts: their bytes are in the key."),
                    "reads": described(list, readsText),
                    "depfile": text("A list of what it read, as compilers write it for make."),
                    "discovered": text("The same as JSON: {\"inputs\": [\"path\", …]}."),
                    "network": flag("It may use the network."),
                    "travels": flag(travelsText),
                    "timeout": quantity("Wall time, for example 90s, 10m or 2h."),
                    "cpu_time": quantity("Processor time limit for it and its children."),
                    "memory": text("Memory limit for it and its children, for example 4GB."),
                    "disk": text("Limit for what it and its children write, for example 20GB."),
                    "cost": text("What one run costs, for example '0.12 USD'."),
                ]) { $1 }),
        ])
    }()

    /// Fields for a stage that an included file has.
    private static let addition: Value = {
        let kinds = ["uses", "run"].map { object(["required": .array([.string($0)])]) }
        return object(["type": .string("object"), "not": object(["anyOf": .array(kinds)])])
    }()

    private static func object(_ fields: [String: Value]) -> Value { .object(fields) }
    private static func oneOf(_ schemas: [Value]) -> Value { object(["anyOf": .array(schemas)]) }
    private static func text(_ what: String) -> Value {
        object(["type": .string("string"), "description": .string(what)])
    }
    private static func flag(_ what: String) -> Value {
        object(["type": .string("boolean"), "description": .string(what)])
    }
    private static func quantity(_ what: String) -> Value {
        object(["type": .array([.string("string"), .string("number")]), "description": .string(what)])
    }
    private static func described(_ schema: Value, _ what: String) -> Value {
        guard case .object(var fields) = schema else { return schema }
        fields["description"] = .string(what)
        return .object(fields)
    }
}
