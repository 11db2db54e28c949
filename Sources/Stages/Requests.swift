// Requests of commands to a worker: jobs that are not nodes of a graph, declared like stages so that command and worker
// cannot disagree.
import Composition
import Diagnostics
import Work

/// For `vgraph show … --frame`: one frame of a segment as PNG, as render draws it.
public enum StillRequest {
    public static let request = Request("still")
    public static let segment = Slot("segment", .segment)
    public static let materials = Slot("materials", .materials)
    public static let frame = Parameter("frame", 0...Int.max, default: 0, "index of the frame in its segment")
    public static let still = Output("still", ArtifactKind(file: "still"), file: "still.png")
}

/// For `vgraph baseline accept`: the pictures that a baseline keeps, and their list.
public enum KeyFramesRequest {
    public static let request = Request("keyframes")
    public static let plan = Slot("plan", .plan)
    public static let segments = Slot("segments", unread: .segment)
    public static let materials = Slot("materials", .materials)
    public static let frames = Parameter<[Int]>(
        "frames",
        list: "indices of frames; the worker chooses if there are none")
    public static let target = Parameter("target", default: "", "the target that the list belongs to")
    public static let list = Output("list", ArtifactKind<Baseline>("baseline"), file: Baseline.fileName)
    public static let pictures = Output("pictures", list: ArtifactKind(file: "picture"), file: "picture.png")
}

/// For `vgraph check`: checks a media file against a spec or a plan, and against profiles.
public enum InspectRequest {
    public static let request = Request("inspect")
    public static let media = Slot("media", .media)
    public static let spec = Slot("spec", optional: .file)
    public static let props = Slot("props", optional: .file)
    public static let plan = Slot("plan", optional: .plan)
    public static let profile = Slot("profile", optional: .profile)
    public static let profiles = Parameter<[String]>("profiles", list: "names of profiles in addition to the spec's")
    /// The spec's files are in the workspace, beside the spec, or in a folder above it.
    public static let beside = Parameter("beside", default: "", "the folder of the spec")
    public static let set = ValidateStage.set
    public static let choice = ResolveStage.choice
    public static let format = ResolveStage.format
    public static let report = CheckStage.report
    public static let findings = Output("findings", ArtifactKind<[Diagnostic]>("findings"), file: "findings.json")
    public static let rules = ChecksRequest.rules
}

/// For `vgraph publish` and `vgraph trace`: what of a film survives another name, container and encoding.
public enum EssenceRequest {
    public static let request = Request("essence")
    public static let media = Slot("media", .media)
    public static let likeness = Parameter("likeness", default: false, "also reads the likeness, which needs decoding")
    public static let essence = Output("essence", ArtifactKind<Essence>("essence"), file: "essence.json")
}

/// For `vgraph diff --pixels`: two versions of a film, compared picture by picture in given stretches.
public enum PixelsRequest {
    public static let request = Request("pixels")
    public static let a = Slot("a", .media)
    public static let b = Slot("b", .media)
    /// Of both: only versions with one frame rate are compared.
    public static let header = Slot("header", .header)
    public static let ranges = Parameter<[Int]>(
        "ranges", list: "first frame in a, first frame in b, number of frames; and so on")
    public static let result = Output("result", ArtifactKind<PixelDifference>("pixels-result"), file: "pixels.json")
}

/// For `vgraph checks`: the table of checks.
public enum ChecksRequest {
    public static let request = Request("checks")
    public static let rules = Output("rules", ArtifactKind<[CheckRule]>("rules"), file: "checks.json")
}
