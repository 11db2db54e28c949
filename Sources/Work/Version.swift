// The version of vgraph and of its worker, which are built together and must have the same version.
public let vgraphVersion = "0.1.0"
