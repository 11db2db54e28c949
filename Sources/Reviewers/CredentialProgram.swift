// pipelines/publishing/c2pa.py, built in. A test holds the two equal; VGRAPH_REWRITE_GOLDENS=1 writes this file anew.

extension BuiltInPublishing {
    static let c2pa = ##"""
        """Signs a film with content credentials (C2PA), and reads back what it wrote.

        Standard input is one JSON object:
          media, output           the film (MP4), and the file to write: another one
          certificate, key        PEM: the chain, signer first; the private key, in a file that only its owner can read
          algorithm               es256, es384, es512, ps256, ps384, ps512 or ed25519
          media_sha256            optional: the SHA-256 that the film must have
          title, graph            of the film; 32 hex digits that name what made it
          spec_sha256             SHA-256 of its spec
          digital_source_type     a URI of IPTC
          ingredients             [{path, title, relationship}]: each file that has a manifest is kept, with its manifest
          anchors                 PEM, optional: certificates to trust, to one of which the chain must lead
        Standard output is one line: {"ok": true, ...} or {"ok": false, "error": ...}. Nothing is fetched from a network, so
        the signature has no time stamp and ends with the certificate ("valid_until").
        """
        import base64
        import datetime
        import hashlib
        import json
        import os
        import re
        import stat
        import sys
        import tempfile

        ALGORITHMS = ("es256", "es384", "es512", "ps256", "ps384", "ps512", "ed25519")
        SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
        BUILD = "dev.vgraph.build"
        MANIFEST_BOX = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
        # Where a film has no such box yet, signing adds it; offsets in 'moov' move with it.
        MOVED = (b"moov", b"moof", b"sidx", b"mfra")


        class Refusal(Exception):
            pass


        def text(request, name, pattern=None):
            value = request.get(name)
            if not isinstance(value, str) or not value or (pattern and not re.fullmatch(pattern, value)):
                raise Refusal(f"the request's '{name}' is missing or malformed")
            return value


        def content(path, what, most=1 << 20):
            try:
                with open(path, "rb") as file:
                    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                        raise Refusal(f"the {what} '{path}' is not a regular file")
                    data = file.read(most + 1)
            except OSError as error:
                raise Refusal(f"cannot read the {what} '{path}': {error.strerror}")
            if len(data) > most:
                raise Refusal(f"the {what} '{path}' is larger than {most} bytes")
            return data


        def sum_of(path):
            with open(path, "rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()


        def private_key(path):
            data = content(path, "key", 1 << 16)
            if os.stat(path).st_mode & 0o077:
                raise Refusal(f"the key '{path}' can be read by others; make it yours alone: chmod 600 '{path}'")
            if b"PRIVATE KEY-----" not in data:
                raise Refusal(f"the key '{path}' holds no private key in PEM")
            if b"ENCRYPTED" in data:
                raise Refusal(f"the key '{path}' is encrypted; decrypt it first: openssl pkcs8 -in '{path}' -out KEY")
            return data


        # Certificates


        def elements(data, start, end):
            """The elements of a DER sequence: tag, start and end of content, start of the element."""
            found = []
            while start < end:
                tag, length, head = data[start], data[start + 1], 2
                if length & 0x80:
                    count = length & 0x7F
                    length, head = int.from_bytes(data[start + 2:start + 2 + count], "big"), 2 + count
                if start + head + length > end:
                    raise ValueError
                found.append((tag, start + head, start + head + length, start))
                start += head + length
            return found


        def moment(data, element):
            words = data[element[1]:element[2]].decode("ascii")
            if element[0] == 0x17:  # two digits of the year
                words = ("20" if words < "5" else "19") + words
            return datetime.datetime.strptime(words, "%Y%m%d%H%M%SZ").replace(tzinfo=datetime.timezone.utc)


        def certificates(path):
            """Of each certificate of a chain: its PEM, issuer, subject, and until when it is valid."""
            chain = []
            data = content(path, "certificate")
            for block in re.findall(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", data, re.S):
                try:
                    der = base64.b64decode(b"".join(block.split(b"\n")[1:-1]))
                    whole = elements(der, 0, len(der))[0]
                    body = elements(der, *elements(der, whole[1], whole[2])[0][1:3])
                    if body[0][0] == 0xA0:
                        body = body[1:]
                    issuer, validity, subject = body[2], body[3], body[4]
                    times = elements(der, validity[1], validity[2])
                    chain.append({
                        "pem": block, "issuer": der[issuer[3]:issuer[2]], "subject": der[subject[3]:subject[2]],
                        "begins": moment(der, times[0]), "ends": moment(der, times[1])})
                except (ValueError, IndexError, KeyError):
                    raise Refusal(f"the certificate '{path}' is damaged")
            if not chain:
                raise Refusal(f"the certificate '{path}' holds no certificate in PEM")
            leaf, now = chain[0], datetime.datetime.now(datetime.timezone.utc)
            if leaf["issuer"] == leaf["subject"]:
                raise Refusal(
                    f"the certificate '{path}' is signed by itself; C2PA asks for one that an authority issued, "
                    "with the chain after it")
            if not leaf["begins"] <= now <= leaf["ends"]:
                raise Refusal(f"the certificate '{path}' is valid from {leaf['begins']} to {leaf['ends']}, and not now")
            for below, above in zip(chain, chain[1:]):
                if below["issuer"] != above["subject"]:
                    raise Refusal(f"the chain in '{path}' is not in order: after each certificate comes that of its issuer")
            return chain


        # Films


        def boxes(path):
            """The boxes of an MP4, whole: (type, start of content, end)."""
            found, size = [], os.path.getsize(path)
            with open(path, "rb") as file:
                at = 0
                while at < size:
                    file.seek(at)
                    head = file.read(16)
                    length, kind, begin = int.from_bytes(head[:4], "big"), head[4:8], 8
                    if length == 1:
                        length, begin = int.from_bytes(head[8:16], "big"), 16
                    elif length == 0:
                        length = size - at
                    if len(head) < 8 or length < begin or at + length > size or len(found) > 1 << 20:
                        raise Refusal(f"the film '{path}' is cut or damaged: the box at byte {at} reaches past its end")
                    if kind == b"uuid":
                        file.seek(at + begin)
                        kind += file.read(16)
                    found.append((kind, at + begin, at + length))
                    at += length
            if not found or found[0][0] != b"ftyp" or not any(kind == b"moov" for kind, _, _ in found):
                raise Refusal(f"the film '{path}' is not an MP4")
            return found


        def essence(path):
            """Type, size and digest of each box that signing leaves alone; of the index only type and size."""
            rest = []
            with open(path, "rb") as file:
                for kind, begin, end in boxes(path):
                    if kind == b"uuid" + MANIFEST_BOX or kind in (b"free", b"skip"):
                        continue
                    digest = None
                    if kind not in MOVED:
                        digest = hashlib.sha256()
                        file.seek(begin)
                        left = end - begin
                        while left > 0:
                            piece = file.read(min(left, 1 << 20))
                            if not piece:
                                raise Refusal(f"the film '{path}' became shorter while it was read")
                            digest.update(piece)
                            left -= len(piece)
                        digest = digest.hexdigest()
                    rest.append((kind, end - begin, digest))
            return rest


        def media_type(path):
            with open(path, "rb") as file:
                head = file.read(16)
            if head[4:8] == b"ftyp":
                return {b"qt  ": "video/quicktime", b"M4A ": "audio/mp4"}.get(head[8:12], "video/mp4")
            if head[:4] in (b"RIFF", b"RF64"):
                return {b"WAVE": "audio/wav", b"WEBP": "image/webp", b"AVI ": "video/avi"}.get(head[8:12])
            for start, kind in [
                    (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF8", "image/gif"),
                    (b"ID3", "audio/mpeg"), (b"\xff\xfb", "audio/mpeg")]:
                if head.startswith(start):
                    return kind
            return None


        # Signing


        def ingredient(builder, context, entry, number):
            """Keeps a file's manifest; says whether it has one."""
            from c2pa import C2paError, Reader

            if not isinstance(entry, dict):
                raise Refusal("the request's 'ingredients' are malformed")
            path, title = text(entry, "path"), text(entry, "title")
            relationship = entry.get("relationship", "componentOf")
            if relationship not in ("componentOf", "parentOf", "inputTo"):
                raise Refusal(f"the ingredient '{title}' has the unknown relationship '{relationship}'")
            said = {"title": title, "kept": False}
            try:
                kind = media_type(path)
                if kind is None:
                    return {**said, "reason": "files of its format carry no manifest"}, None
                with open(path, "rb") as file:
                    try:
                        with Reader(kind, file, context=context) as reader:
                            found = json.loads(reader.json())
                    except C2paError as error:
                        if "ManifestNotFound" in type(error).__name__ or "no JUMBF data found" in str(error):
                            return {**said, "reason": "it carries no manifest"}, None
                        # A manifest that is elsewhere or in pieces must not be lost without a word.
                        raise Refusal(f"the manifest of the ingredient '{title}' cannot be read: {error}")
                label = f"asset-{number}"
                with open(path, "rb") as file:
                    builder.add_ingredient(
                        json.dumps({"title": title, "relationship": relationship, "label": label}), kind, file)
            except OSError as error:
                raise Refusal(f"cannot read the ingredient '{path}': {error.strerror}")
            said.update(kept=True, manifest=found["active_manifest"], state=found.get("validation_state"))
            return said, label


        def sign(request):
            try:
                import c2pa
            except ImportError as error:
                raise Refusal(f"c2pa-python cannot be loaded ({error}); install it: vgraph reviewers install c2pa")

            media, output = text(request, "media"), text(request, "output")
            algorithm = text(request, "algorithm").lower()
            if algorithm not in ALGORITHMS:
                raise Refusal(f"the algorithm '{algorithm}' is unknown; there are {', '.join(ALGORITHMS)}")
            source_type = text(request, "digital_source_type")
            if not re.fullmatch(re.escape(SOURCE_TYPES) + "[A-Za-z]+", source_type):
                raise Refusal(f"'{source_type}' is not one of IPTC's digital source types ({SOURCE_TYPES}…)")
            build = {
                "graph": text(request, "graph", "[0-9a-f]{32}"),
                "spec_sha256": text(request, "spec_sha256", "[0-9a-f]{64}")}
            title = text(request, "title")
            key = private_key(text(request, "key"))
            chain = certificates(text(request, "certificate"))
            anchors = request.get("anchors")
            # Without anchors the chain is held to its own end, which shows that it is one, and nothing more.
            trusted = content(anchors, "list of anchors") if anchors else chain[-1]["pem"]
            if not os.path.isfile(media):
                raise Refusal(f"the film '{media}' does not exist, or is not a regular file")
            if os.path.exists(output) and os.path.samefile(media, output):
                raise Refusal("'output' is the film itself; name another file")
            approved = sum_of(media)
            if request.get("media_sha256") is not None and text(request, "media_sha256", "[0-9a-f]{64}") != approved:
                raise Refusal(f"the film '{media}' is not the one that was asked for: its SHA-256 is {approved}")
            before = essence(media)
            if any(kind == b"uuid" + MANIFEST_BOX for kind, _, _ in boxes(media)):
                raise Refusal(f"the film '{media}' is signed already; sign the film that was built")

            # The whole configuration: nothing is fetched, and no picture of the film is put beside it.
            context = c2pa.Context.from_dict({
                "verify": {"verify_trust": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
                "trust": {"trust_anchors": trusted.decode("ascii", "replace")},
                "builder": {"thumbnail": {"enabled": False}}})
            created = {"action": "c2pa.created", "digitalSourceType": source_type, "softwareAgent": {"name": "vgraph"}}
            try:
                signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(
                    alg=algorithm.encode(), sign_cert=b"\n".join(one["pem"] for one in chain) + b"\n", private_key=key,
                    ta_url=None))
            except c2pa.C2paError as error:
                raise Refusal(f"the certificate and the key cannot sign with {algorithm}: {error}")
            # Ingredients name themselves to the actions, which a builder takes first: they are read twice.
            actions, kept, described = [created], [], request.get("ingredients") or []
            probe = c2pa.Builder(json.dumps({"title": title}), context=context)
            for number, entry in enumerate(described, 1):
                said, label = ingredient(probe, context, entry, number)
                kept.append(said)
                if label:
                    actions.append({"action": "c2pa.placed", "parameters": {"ingredientIds": [label]}})
            actions.append({"action": "c2pa.published"})
            builder = c2pa.Builder(json.dumps({
                "claim_generator_info": [{"name": "vgraph"}], "title": title, "format": "video/mp4",
                "assertions": [
                    {"label": "c2pa.actions.v2", "data": {"actions": actions}}, {"label": BUILD, "data": build}]}),
                context=context)
            for number, (entry, said) in enumerate(zip(described, kept), 1):
                if said["kept"]:
                    ingredient(builder, context, entry, number)

            folder = os.path.dirname(os.path.abspath(output))
            try:
                handle, scratch = tempfile.mkstemp(prefix=".c2pa-", suffix=".mp4", dir=folder)
            except OSError as error:
                raise Refusal(f"cannot write into '{folder}': {error.strerror}")
            try:
                with os.fdopen(handle, "w+b") as written, open(media, "rb") as film:
                    try:
                        builder.sign(signer, "video/mp4", film, written)
                    except c2pa.C2paError as error:
                        if "signature does not match" in str(error):
                            raise Refusal("the key does not belong to the certificate")
                        raise Refusal(f"cannot sign the film: {error}")
                    written.flush()
                    os.fsync(written.fileno())
                found = verified(scratch, context, build, source_type, kept)
                if found["state"] != "Trusted" and (anchors or len(chain) > 1):
                    raise Refusal(
                        f"the chain of the certificate leads to {'none of the anchors' if anchors else 'no end'}")
                found["state"] = "Trusted" if anchors else "Valid"
                if essence(scratch) != before:
                    raise Refusal("signing changed more of the film than its index; nothing was written")
                if sum_of(media) != approved:
                    raise Refusal(f"the film '{media}' changed while it was signed; nothing was written")
                mask = os.umask(0)
                os.umask(mask)
                os.chmod(scratch, 0o666 & ~mask)
                sha256, size = sum_of(scratch), os.path.getsize(scratch)
                os.rename(scratch, output)
            finally:
                if os.path.exists(scratch):
                    os.unlink(scratch)
            return {
                "ok": True, "output": output, "sha256": sha256, "bytes": size, "media_sha256": approved,
                "ingredients": kept, "valid_until": chain[0]["ends"].strftime("%Y-%m-%dT%H:%M:%SZ"),
                "trust": "leads to an anchor" if anchors else "not judged: no anchors were given",
                "tool": "c2pa " + c2pa.sdk_version(),
                **found}


        def verified(path, context, build, source_type, kept):
            """What a reader finds in the written film; refuses what it does not accept."""
            from c2pa import Reader

            with open(path, "rb") as file, Reader("video/mp4", file, context=context) as reader:
                report = json.loads(reader.json())
            manifest = report["manifests"][report["active_manifest"]]
            results = report.get("validation_results", {}).get("activeManifest", {})
            failures = [one["code"] for one in results.get("failure", []) if one["code"] != "signingCredential.untrusted"]
            state = report.get("validation_state")
            if failures or state not in ("Valid", "Trusted"):
                raise Refusal(f"what was written does not verify: {', '.join(failures) or state}")
            assertions = {one["label"]: one["data"] for one in manifest["assertions"]}
            actions = assertions.get("c2pa.actions.v2", {}).get("actions", [])
            if assertions.get(BUILD) != build or not actions or actions[0].get("digitalSourceType") != source_type:
                raise Refusal("what was written does not say what it should")
            held = {one.get("active_manifest") for one in manifest.get("ingredients", [])}
            for one in kept:
                if one["kept"] and (one["manifest"] not in held or one["manifest"] not in report["manifests"]):
                    raise Refusal(f"the manifest of the ingredient '{one['title']}' was lost")
            signature = manifest.get("signature_info", {})
            return {
                "state": state, "manifest": report["active_manifest"], "signer": signature.get("common_name"),
                "issuer": signature.get("issuer"), "checks": sorted({one["code"] for one in results.get("success", [])})}


        def main():
            try:
                request = json.loads(sys.stdin.buffer.read(1 << 24))
                if not isinstance(request, dict):
                    raise Refusal("the request is not a JSON object")
                answer = sign(request)
            except Refusal as refusal:
                answer = {"ok": False, "error": str(refusal)}
            except ValueError as error:
                answer = {"ok": False, "error": f"the request cannot be read: {error}"}
            except Exception as error:  # whatever it is, whoever called gets an answer
                answer = {"ok": False, "error": f"signing failed: {type(error).__name__}: {error}"}
            print(json.dumps(answer, ensure_ascii=False, sort_keys=True))
            return 0 if answer["ok"] else 1


        if __name__ == "__main__":
            sys.exit(main())

        """##
}
