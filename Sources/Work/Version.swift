/// Of vgraph and of its worker, which are built together and must be of one version.
public let vgraphVersion = "0.1.0"
