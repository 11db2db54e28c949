// A named input of a stage, declared once: the descriptor lists it, the body reads it (`try job[EncodeStage.frames]`),
// and its type is what the body gets. A name that only one of them has does not compile.

import Diagnostics

/// `Content` is optional if the input may be missing, and an array if it is a list.
public struct Slot<Content>: Sendable {
    public enum Role: Sendable {
        /// Its bytes are in the key.
        case key
        /// It cannot change the result, since a keyed input pins its content, so it is not in the key.
        case material
    }

    public let declared: StageDescriptor.Slot
    public var name: String { declared.name }
    let read: @Sendable (Job) throws -> Content

    private init(
        _ name: String, _ type: ArtifactType, _ count: StageDescriptor.Slot.Count, _ role: Role,
        _ former: String?, _ read: @escaping @Sendable (Job) throws -> Content
    ) {
        declared = StageDescriptor.Slot(name, accepts: [type], count: count, isKeyed: role == .key, formerName: former)
        self.read = read
    }

    /// - Parameter former: its name before; a pipeline that still has it is told the new one.
    public init(_ name: String, _ artifact: ArtifactKind<Content>, _ role: Role = .key, former: String? = nil) {
        self.init(name, artifact.type, .one, role, former) { job in
            guard let input = job.inputs(in: name).first else {
                throw StageProblem.noInput(slot: name, node: job.node).diagnostic
            }
            return try artifact.read(input, job)
        }
    }

    public init<Element>(_ name: String, optional artifact: ArtifactKind<Element>, _ role: Role = .key)
    where Content == Element? {
        self.init(name, artifact.type, .optional, role, nil) { job in
            try job.inputs(in: name).first.map { try artifact.read($0, job) }
        }
    }

    public init<Element>(_ name: String, list artifact: ArtifactKind<Element>, _ role: Role = .key)
    where Content == [Element] {
        self.init(name, artifact.type, .list, role, nil) { job in
            try job.inputs(in: name).map { try artifact.read($0, job) }
        }
    }

    /// A list of which a body may need only some files.
    public init<Element>(_ name: String, unread artifact: ArtifactKind<Element>, _ role: Role = .key)
    where Content == [Unread<Element>] {
        self.init(name, artifact.type, .list, role, nil) { job in
            job.inputs(in: name).map { input in Unread { try artifact.read(input, job) } }
        }
    }
}

extension Job {
    /// The content of a slot.
    public subscript<Content>(slot: Slot<Content>) -> Content {
        get throws { try slot.read(self) }
    }

    /// Puts a file into a slot of a job for a command.
    /// - Parameter name: the user's name for it.
    public mutating func put<Content>(_ path: String, in slot: Slot<Content>, as name: String? = nil) {
        inputs.append(Input(slot: slot.name, path: path, name: name ?? path))
    }

    func inputs(in slot: String) -> [Input] { inputs.filter { $0.slot == slot } }
}
