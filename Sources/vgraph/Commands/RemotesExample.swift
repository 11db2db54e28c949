// The remotes.yaml that `vgraph remote example` prints. A test reads it as vgraph does.

enum RemotesExample {
    static let text = """
        # ~/.config/vgraph/remotes.yaml: caches that you share with other machines. A result that is not in the local
        # cache is looked for here before it is made, in this order. A workspace cannot name remotes.

        # What comes from a remote: 'target' (the default), what is published and what a node that runs here needs;
        # 'all', every result; 'none', what a node that runs here needs.
        download: target

        remotes:
          # Bazel's HTTP cache protocol: nginx, bazel-remote. Secrets are named, never written here.
          - name: team
            url: https://cache.example.com/films
            token: $TEAM_CACHE_TOKEN
            # Only what one of these keys signed counts: 'vgraph key list' prints such lines. Without this list,
            # whoever can write the remote decides what is built here.
            public_keys:
              - ci ed25519 0000000000000000000000000000000000000000000000000000000000000000

          # A bucket of S3. Without 'user' and 'password': AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, if they are set.
          - name: archive
            url: s3://films/vgraph
            region: eu-central-1
            # Of another server than Amazon's:
            endpoint: https://s3.example.com
            user: $ARCHIVE_KEY
            password: $ARCHIVE_SECRET

          # The Remote Execution API, version 2; the path is the instance.
          - name: farm
            url: grpcs://build.example.com:443/main
            # read-only is the default. CI writes, and signs with a key of 'vgraph key new', by its name or as $VARIABLE.
            access: read-write
            signing_key: $FARM_SIGNING_KEY
            # Certificates of an authority of your own, in PEM.
            ca: /etc/ssl/certs/our-ca.pem
            # Seconds without a byte after which a call has failed, and calls at once.
            timeout: 20
            concurrency: 16
            # With 'execute: true' every build also has work done there, as 'vgraph build --remote farm' does.
            execute: false
            # Seconds that a job may wait there for a machine; then it is done here.
            queue: 60
            # What its machines must have, in the server's words. They name the environment of pipelines' programs too:
            # change them with the machines' image, so that what an old image failed at is tried again.
            properties:
              OSFamily: linux
              container-image: docker://films/machine:12

        # The environment instead, for CI: VGRAPH_REMOTE=URL replaces the list (empty: no remote); with it
        # VGRAPH_REMOTE_TOKEN, VGRAPH_REMOTE_USER, VGRAPH_REMOTE_PASSWORD, VGRAPH_REMOTE_PUBLIC_KEYS (such lines, with
        # commas between), VGRAPH_REMOTE_SIGNING_KEY (64 hex digits), VGRAPH_REMOTE_CA, VGRAPH_REMOTE_ENDPOINT and
        # VGRAPH_REMOTE_REGION. VGRAPH_REMOTE_ACCESS and VGRAPH_REMOTE_DOWNLOAD hold for every remote.

        """
}
