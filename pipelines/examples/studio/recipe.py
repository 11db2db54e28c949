"""Makes the assets that are missing, or older than the script that makes them."""
import os
import sys
import time
import traceback


def make(script, recipes):
    """`recipes`: file name -> function of one argument, the path to write. A file appears only when it is whole."""
    folder = os.path.join(os.path.dirname(os.path.abspath(script)), "assets")
    os.makedirs(folder, exist_ok=True)
    studio = os.path.dirname(os.path.abspath(__file__))
    sources = [os.path.abspath(script)] + [os.path.join(studio, n) for n in os.listdir(studio) if n.endswith(".py")]
    newest = max(os.stat(source).st_mtime_ns for source in sources)
    wanted = sys.argv[1:]
    for name in wanted:
        if name not in recipes:
            sys.exit(f"{os.path.basename(script)}: no asset '{name}'; there are: {', '.join(recipes)}")
    due = [name for name in recipes if (name in wanted if wanted else stale(os.path.join(folder, name), newest))]
    # Half of what takes time is one thread in numpy: two at a time, each in a process of its own.
    running = {}
    failed = False
    while due or running:
        while due and len(running) < 2:
            name = due.pop(0)
            child = os.fork()
            if child == 0:
                write(os.path.join(folder, name), recipes[name])
            running[child] = name
        child, status = os.wait()
        name = running.pop(child)
        failed = failed or status != 0
    sys.exit(1 if failed else 0)


def stale(path, newest):
    return not os.path.exists(path) or os.stat(path).st_mtime_ns < newest


def write(path, recipe):
    """In a child process: the file, then its end."""
    began = time.monotonic()
    stem, extension = os.path.splitext(os.path.basename(path))
    scratch = os.path.join(os.path.dirname(path), f".{stem}.new{extension}")
    try:
        recipe(scratch)
        os.replace(scratch, path)
        print(f"{os.path.relpath(path)}  {os.path.getsize(path) / 1024:.0f} KiB  {time.monotonic() - began:.1f} s", flush=True)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)
