// A named result of a stage, declared once: the descriptor lists it, the body writes it
// (`try job.write(hashes, to: RenderStage.frames)`).
import Diagnostics
import Files
import FoundationEssentials

public struct Output<Content>: Sendable {
    public let declared: StageDescriptor.Output
    fileprivate let form: JSONForm

    private init(_ name: String, _ type: ArtifactType, _ file: String, _ form: JSONForm, isList: Bool) {
        declared = StageDescriptor.Output(name, type: type, fileName: file, isList: isList)
        self.form = form
    }

    /// - Parameter form: how JSON is laid out, where the content is written as JSON.
    public init(_ name: String, _ artifact: ArtifactKind<Content>, file: String, form: JSONForm = .document) {
        self.init(name, artifact.type, file, form, isList: false)
    }

    public init(_ name: String, list artifact: ArtifactKind<Content>, file: String, form: JSONForm = .document) {
        self.init(name, artifact.type, file, form, isList: true)
    }

    /// The files of this output that a body has written, by their names in the job's folder.
    public func made(_ files: [String]) -> Outcome.Files { Outcome.Files(output: declared.name, files: files) }
    /// The output's own file, written.
    public var made: Outcome.Files { made([declared.fileName]) }
}

extension Output where Content: Encodable {
    /// Equal bytes for equal values.
    public func encoded(_ content: Content) throws -> Data { try form.bytes(of: content) }
}

/// How JSON is laid out. The bytes are in digests: another form is another result.
public enum JSONForm: Sendable {
    /// Indented, with a line feed at the end.
    case document
    /// Indented, without it.
    case open
    /// On one line.
    case line

    func bytes(of value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if self != .line { encoder.outputFormatting.insert(.prettyPrinted) }
        return try encoder.encode(value) + (self == .document ? [10] : [])
    }
}

extension Job {
    /// Where a body writes the file of an output.
    public func path(of output: Output<some Any>) -> String { scratch + "/" + output.declared.fileName }

    /// Writes an output's file as JSON.
    public func write<Content: Encodable>(_ content: Content, to output: Output<Content>) throws -> Outcome.Files {
        try write(output.encoded(content), to: output)
    }

    /// The same for an output whose content only the body knows the type of.
    public func write(json content: some Encodable, to output: Output<Input>) throws -> Outcome.Files {
        try write(output.form.bytes(of: content), to: output)
    }

    public func write(_ bytes: some Sequence<UInt8>, to output: Output<some Any>) throws -> Outcome.Files {
        output.made([try write(bytes, as: output.declared.fileName)])
    }

    /// Writes a file into the job's folder: one of several of an output.
    public func write(_ bytes: some Sequence<UInt8>, as file: String) throws -> String {
        do throws(SystemFailure) { try WholeFile.write(bytes, to: scratch + "/" + file) } catch {
            throw StageProblem.cannotWrite(file: file, error: error.words).diagnostic
        }
        return file
    }
}

extension Outcome {
    /// Names of an output's files; none where it was not made.
    public subscript(output: Output<some Any>) -> [String] { outputs[output.declared.name] ?? [] }
}
