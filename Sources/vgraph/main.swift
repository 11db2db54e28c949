print("vgraph")
