// A named result of a stage, declared once: the descriptor lists it, the body writes it
// (`try job.write(hashes, to: RenderStage.frames)`).
import Diagnostics
import Files
import FoundationEssentials

public struct Output<Content>: Sendable {
    public private(set) var declared: StageDescriptor.Output
    fileprivate let form: JSONForm

    private init(_ name: String, _ type: ArtifactType, _ file: String, _ form: JSONForm, isList: Bool) {
        declared = StageDescriptor.Output(name, type: type, fileName: file, isList: isList)
        self.form = form
    }

    /// - Parameter form: the layout of JSON, if the content is JSON.
    public init(_ name: String, _ artifact: ArtifactKind<Content>, file: String, form: JSONForm = .document) {
        self.init(name, artifact.type, file, form, isList: false)
    }

    public init(_ name: String, list artifact: ArtifactKind<Content>, file: String, form: JSONForm = .document) {
        self.init(name, artifact.type, file, form, isList: true)
    }

    /// This output as one that is joined from others (`StageDescriptor.Output.isJoined`).
    public var joined: Output {
        var output = self
        output.declared.isJoined = true
        return output
    }

    /// This output with files that a body has written, by their names in the job's folder.
    public func made(_ files: [String]) -> Outcome.Files { Outcome.Files(output: declared.name, files: files) }
    /// This output with its own file, which the body has written.
    public var made: Outcome.Files { made([declared.fileName]) }
}

extension Output where Content: Encodable {
    /// Equal values give equal bytes.
    public func encoded(_ content: Content) throws -> Data { try form.bytes(of: content) }
}

extension Job {
    /// The path at which a body writes an output's file.
    public func path(of output: Output<some Any>) -> String { scratch + "/" + output.declared.fileName }

    /// Writes an output's file as JSON.
    public func write<Content: Encodable>(_ content: Content, to output: Output<Content>) throws -> Outcome.Files {
        try write(output.encoded(content), to: output)
    }

    /// The same for an output whose content type only the body knows.
    public func write(json content: some Encodable, to output: Output<Input>) throws -> Outcome.Files {
        try write(output.form.bytes(of: content), to: output)
    }

    public func write(_ bytes: some Sequence<UInt8>, to output: Output<some Any>) throws -> Outcome.Files {
        output.made([try write(bytes, as: output.declared.fileName)])
    }

    /// Writes one of several files of an output into the job's folder or onto its shelf.
    public func write(_ bytes: some Sequence<UInt8>, as file: String) throws -> String {
        if let shelf {
            shelf[file] = Array(bytes)
            return file
        }
        do throws(SystemFailure) { try WholeFile.write(bytes, to: scratch + "/" + file) } catch {
            throw StageProblem.cannotWrite(file: file, error: error.words).diagnostic
        }
        return file
    }
}

extension Outcome {
    /// The names of an output's files; empty if it was not made.
    public subscript(output: Output<some Any>) -> [String] { outputs[output.declared.name] ?? [] }
}
