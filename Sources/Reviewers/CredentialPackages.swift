// pipelines/publishing/requirements.txt, built in. A test holds the two equal; VGRAPH_REWRITE_GOLDENS=1 writes this file anew.

extension BuiltInPublishing {
    static let requirements = ##"""
        # What signs content credentials, with the digests of its wheels for Linux on x86-64 and ARM64.
        # Complete as it stands: what the package names beside it is needed to build it, and not to run it.
        c2pa-python==0.38.1 \
            --hash=sha256:0885fc72b7741b2af91305d1768618c827d802fa8963cd11f2fe2d00500651d0 \
            --hash=sha256:d40fe8adc79ced9d9e8019e28f1fb53104c99f13aedcfc5999935113e57509db

        """##
}
