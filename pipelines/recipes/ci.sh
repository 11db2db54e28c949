#!/bin/sh
# A build in CI, whichever CI it is: takes what an earlier run left, builds one target, says what is wrong and what is
# new, and leaves what the next run needs. Run it in the folder with the specs, with `vgraph` on PATH.
#
#   ci.sh launch.mp4
#
# VGRAPH_STORE          a folder that CI keeps between runs; empty: nothing is kept (a remote cache needs no store)
# VGRAPH_STORE_ACCESS   read-write (default) or read-only: for pull requests from outside
# VGRAPH_BASE           the revision to compare with, for example origin/main; empty: no comparison
# VGRAPH_OUT            where reports and the preview go (default: ci-out)
# VGRAPH_FINDINGS       where findings go (default: ci-out/findings.sarif); '-': annotations for GitHub Actions
# VGRAPH_ALLOW_REVISE   1: exit code 3, the gate's 'revise', counts as success; a person decides later
set -eu
target=${1:?"usage: ci.sh TARGET"}
store=${VGRAPH_STORE:-}
out=${VGRAPH_OUT:-ci-out}
mkdir -p "$out"

# Equal inputs have one key on every machine. An export of other inputs is never wrong, at worst of no use, so the newest
# one serves until there is one of this key.
key=$(vgraph hash "$target")
name=$(printf %s "$target" | tr -c 'A-Za-z0-9.' _)
own=$store/$name-$key.tar
if [ -n "$store" ]; then
    mkdir -p "$store"
    found=$own
    # The names are of this script's making: no blanks, no line breaks.
    # shellcheck disable=SC2012
    [ -f "$own" ] || found=$(cd "$store" && ls -t -- "$name"-*.tar 2>/dev/null | head -n 1)
    case $found in '' | /* | "$own") ;; *) found=$store/$found ;; esac
    if [ -n "$found" ]; then
        # One that was cut short changes nothing in the cache, and is made anew below.
        vgraph cache import "$found" || { echo "ci.sh: going on without '$found'" >&2; [ "$found" != "$own" ] || rm -f "$own"; }
    fi
fi

status=0
vgraph build "$target" --findings "${VGRAPH_FINDINGS:-$out/findings.sarif}" || status=$?
case $status in
    0 | 3) ;;
    *) exit "$status" ;;
esac
# Nothing is to do any more: this writes the same findings for CI systems that read JUnit.
vgraph build "$target" --quiet --findings "$out/findings.xml" 2>/dev/null || [ $? = 3 ]

if [ -n "$store" ] && [ "${VGRAPH_STORE_ACCESS:-read-write}" = read-write ] && [ ! -f "$own" ]; then
    vgraph cache export --for "$target" "$own"
    # shellcheck disable=SC2012
    (cd "$store" && ls -t -- "$name"-*.tar | tail -n +4 | while read -r old; do rm -f -- "$old"; done)
fi

if [ -n "${VGRAPH_BASE:-}" ]; then
    differs=0
    vgraph diff "$VGRAPH_BASE" . "$target" --markdown >"$out/diff.md" || differs=$?
    # 0: the same, 1: different. Why the two cannot be compared is in the log: it may quote a spec.
    [ "$differs" -le 1 ] || echo "The two revisions cannot be compared; the log says why." >"$out/diff.md"
fi

cp -- "$target" "$out/"
vgraph review "$target" -o "$out/review.html" >/dev/null || echo "ci.sh: there is no page to review" >&2

[ "$status" = 3 ] && [ "${VGRAPH_ALLOW_REVISE:-}" = 1 ] && exit 0
exit "$status"
