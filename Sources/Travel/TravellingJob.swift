// A job as a folder for another machine: its inputs and what else it reads, at places relative to the folder, and the
// job with these paths. And back: which of the results count. Must not know what a stage does.
import Diagnostics
import Digests
import Files
import FoundationEssentials
import Work

public struct TravellingJob: Sendable {
    /// Where it lies in the folder.
    public let place: String
    /// Its bytes. Equal work has equal bytes: no path and no number of this build is in it.
    public let job: [UInt8]
    /// Files here by their places in the folder.
    public let files: [String: String]
    /// Those of these places whose files may be run.
    public let executables: Set<String>
    private let carried: Set<String>
    /// It runs a user's program, whose results have names of their own.
    private let isCommand: Bool

    /// - Parameter number: its place among the jobs that share the folder, and what is read of the workspace and of roots.
    /// - Throws: the job names a file outside the folders that it may read.
    public init(_ job: Job, number: Int = 0) throws(Diagnostic) {
        var job = job, files: [String: String] = [:]
        let prefix = JobPlaces.prefix(number)
        let folders = job.folders
        carried = Set(job.reads ?? [])
        for name in carried {
            let place: String
            if let (root, path) = Folders.root(of: name) {
                place = JobPlaces.roots + "/" + root + "/" + path
                guard job.roots?[root] != nil, JobPlaces.isInside(path) else { throw Self.outside(name) }
            } else {
                place = JobPlaces.workspace + "/" + name
                guard JobPlaces.isInside(name) else { throw Self.outside(name) }
            }
            files[place] = folders.path(name)
        }
        var places: [Job.Input: String] = [:], executables: Set<String> = []
        func place(_ input: inout Job.Input) {
            // One file may be a program for one and plain for another.
            let file = Job.Input(slot: "", path: input.path, name: input.isExecutable == true ? "x" : "")
            let place = places[file] ?? "\(prefix)\(JobPlaces.inputs)/\(places.count)"
            places[file] = place
            files[place] = input.path
            if input.isExecutable == true { executables.insert(place) }
            input.path = place
        }
        for index in job.inputs.indices { place(&job.inputs[index]) }
        job.companions = job.companions?.map { companion in
            var companion = companion
            for index in companion.before.indices { place(&companion.before[index]) }
            return companion
        }
        job.id = 0
        job.reads = nil
        job.earlier = nil
        job.riders = nil
        job.workspace = JobPlaces.workspace
        job.scratch = JobPlaces.results + (number == 0 ? "" : "/" + prefix.dropLast())
        job.roots = job.roots.map { roots in
            Dictionary(uniqueKeysWithValues: roots.keys.map { ($0, JobPlaces.roots + "/" + $0) })
        }
        guard let bytes = try? JSONForm.line.bytes(of: job) else {
            throw BundleProblem.badJob(reason: "no JSON").diagnostic
        }
        self.job = Array(bytes)
        self.place = prefix + JobPlaces.job
        self.files = files
        self.executables = executables
        isCommand = job.stage == Job.command
    }

    private static func outside(_ name: String) -> Diagnostic {
        BundleProblem.badJob(reason: "'\(name)' leads out of its folder").diagnostic
    }

    // MARK: Back

    /// Whether a name may be that of a result: a plain one, or of a user's program one below the folder of what it
    /// made, with "/" at its end that of a folder.
    public func isResult(_ name: String) -> Bool {
        if isCommand, name.hasPrefix(JobPlaces.made + "/") {
            let path = name.utf8.last == UInt8(ascii: "/") ? String(name.dropLast()) : name
            return JobPlaces.isInside(path) && !path.utf8.contains(0)
        }
        return Self.isPlain(name)
    }

    private static func isPlain(_ name: String) -> Bool {
        JobPlaces.isInside(name) && !name.utf8.contains(UInt8(ascii: "/")) && name.utf8.first != UInt8(ascii: ".")
            && name.utf8.count <= 255 && !name.utf8.contains(0)
    }

    /// A machine that is not ours wrote this: it names results that came, and files that were sent.
    /// - Parameters:
    ///   - results: names of the files that came beside it, and of folders, with "/" at their ends.
    ///   - fonts: those of the bundle.
    /// - Throws: why it does not count, reading after "the reply ".
    public func reply(_ bytes: [UInt8], results: Set<String>, fonts: [String]) throws(Refused) -> Reply {
        guard let reply = try? JSONDecoder().decode(Reply.self, from: Data(bytes)) else {
            throw Refused(reason: "cannot be read")
        }
        guard let outcome = reply.outcome else {
            guard reply.failure?.isEmpty == false else { throw Refused(reason: "says nothing") }
            return reply
        }
        for name in outcome.files where !isResult(name) || !results.contains(name) {
            throw Refused(reason: "names '\(name)', which did not come")
        }
        let known = Set(fonts)
        for item in outcome.discovered where !known.contains(item.path) && !carried.contains(item.path) {
            throw Refused(reason: "names '\(item.path)', which was not sent")
        }
        guard outcome.isProvisional != true else { throw Refused(reason: "says that its result does not last") }
        return reply
    }

    public struct Refused: Error {
        public var reason: String
    }
}
