// A spec and its props from the slots of a job, filled in: what validate, resolve and `vgraph check --spec` begin with.
import Spec
import Work

extension Job {
    public func spec(_ spec: Slot<Input>, props: Slot<Input?>, set: Parameter<[String: String]>) throws -> ValidSpec {
        try self.spec(self[spec], props: self[props], set: self[set])
    }

    public func spec(_ spec: Input, props: Input?, set: [String: String]) throws -> ValidSpec {
        try ValidSpec.read(
            spec: bytes(spec), specName: spec.name, props: props.map(bytes),
            propsName: props?.name ?? "props", set: set)
    }
}
