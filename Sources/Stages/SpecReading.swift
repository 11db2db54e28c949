// Reads a spec from the slots of a job and fills in its props: the first step of validate, resolve and `vgraph check
// --spec`.
import Composition
import Spec
import Work

extension Job {
    public func spec(
        _ spec: Slot<Input>, props: Slot<Input?>, set: Parameter<[String: String]>, choice: FilmChoice
    ) throws -> ValidSpec {
        try self.spec(self[spec], props: self[props], set: self[set], choice: choice)
    }

    public func spec(
        _ spec: Input, props: Input?, set: [String: String], choice: FilmChoice
    ) throws -> ValidSpec {
        try ValidSpec.read(
            spec: bytes(spec), specName: spec.name, props: props.map(bytes),
            propsName: props?.name ?? "props", set: set, choice: choice)
    }
}
