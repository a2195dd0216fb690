"""Keeps the AWS CLI's own code in memory, and runs each call of `aws` in a fork of itself.

Starting Python, importing the CLI and parsing its models takes ten times as long as a call does. Nothing of the CLI is changed: files that
it parses again and again are parsed once, and each call begins with `awscli.clidriver.main()`, as the command `aws` does.

Arguments: the socket's path, and the services to have ready, with commas. With `--while-asked` it lives as long as whoever holds the other
end of its standard input, however that one ends, and removes the socket's folder.
"""
import array
import contextlib
import gc
import importlib
import io
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import time


def keep_what_is_parsed():
    from botocore import loaders

    parsed, listed = {}, {}
    load, services = loaders.JSONFileLoader.load_file, loaders.Loader.list_available_services

    def load_file(self, path):
        if path not in parsed:
            parsed[path] = load(self, path)
        return parsed[path]

    def list_available_services(self, type_name):
        key = (type_name, tuple(self.search_paths))
        if key not in listed:
            listed[key] = services(self, type_name)
        return list(listed[key])

    loaders.JSONFileLoader.load_file = load_file
    loaders.Loader.list_available_services = list_available_services


FIRST_CALLS = {
    "ec2": [["ec2", "describe-regions"]],
    "iam": [["iam", "list-users"]],
    "rds": [["rds", "describe-db-instances"]],
    "s3": [["s3", "ls"], ["s3api", "list-buckets"]],
    "sts": [["sts", "get-caller-identity"]],
}


def make_ready(services):
    """Makes a call of each service that reaches nobody: what it loads is there for those that count."""
    import awscli.clidriver

    before = dict(os.environ)
    os.environ.update(AWS_ENDPOINT_URL="http://127.0.0.1:1", AWS_MAX_ATTEMPTS="1")
    for service in services:
        for call in FIRST_CALLS.get(service, []):
            sys.argv = ["aws", "--endpoint-url", "http://127.0.0.1:1", *call]
            quiet = io.TextIOWrapper(io.BytesIO())
            with contextlib.redirect_stderr(quiet), contextlib.redirect_stdout(quiet):
                with contextlib.suppress(BaseException):
                    awscli.clidriver.main()
    os.environ.clear()
    os.environ.update(before)


def receive(connection):
    """A length, the caller's standard streams, and who is calling: arguments, environment, folder."""
    streams = array.array("i")
    head, ancillary, _, _ = connection.recvmsg(4, socket.CMSG_LEN(3 * streams.itemsize))
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            streams.frombytes(data[: len(data) - len(data) % streams.itemsize])
    length = int.from_bytes(head, "big")
    body = b""
    while len(body) < length:
        part = connection.recv(length - len(body))
        if not part:
            raise EOFError
        body += part
    return list(streams), json.loads(body)


def run(streams, call):
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.chdir(call["folder"])
    os.umask(call["umask"])
    os.environ.clear()
    os.environ.update(call["environment"])
    time.tzset()
    # It puts the folder of its own data into the environment when it is imported, and sets nothing else up.
    importlib.reload(sys.modules["awscli"])
    sys.argv = call["arguments"]
    status = 1
    try:
        import awscli.clidriver

        status = awscli.clidriver.main()
    except SystemExit as ending:
        status = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    with contextlib.suppress(Exception):
        sys.stdout.flush()
    with contextlib.suppress(Exception):
        sys.stderr.flush()
    os._exit(status or 0)


def serve(server, asked):
    selector = selectors.DefaultSelector()
    woken, waker = socket.socketpair()
    woken.setblocking(False)
    waker.setblocking(False)
    signal.set_wakeup_fd(waker.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    selector.register(server, selectors.EVENT_READ)
    selector.register(woken, selectors.EVENT_READ)
    if asked is not None:
        selector.register(asked, selectors.EVENT_READ)
    callers = {}
    while True:
        for key, _ in selector.select():
            if key.fileobj is asked:
                # Nothing is ever written there: it ended.
                return
            if key.fileobj is server:
                connection, _ = server.accept()
                try:
                    streams, call = receive(connection)
                    child = os.fork()
                    if child == 0:
                        run(streams, call)
                except (OSError, EOFError, ValueError):
                    connection.close()
                    continue
                for stream in streams:
                    os.close(stream)
                connection.sendall(b"A")
                callers[child] = connection
                selector.register(connection, selectors.EVENT_READ, child)
            elif key.fileobj is woken:
                with contextlib.suppress(BlockingIOError):
                    woken.recv(4096)
                reap(selector, callers)
            else:
                # The caller went away, which ends its call.
                selector.unregister(key.fileobj)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(key.data, signal.SIGTERM)


def reap(selector, callers):
    while callers:
        child, ending = os.waitpid(-1, os.WNOHANG)
        if child == 0:
            return
        connection = callers.pop(child)
        with contextlib.suppress(KeyError):
            selector.unregister(connection)
        code = os.waitstatus_to_exitcode(ending)
        with contextlib.suppress(OSError):
            connection.sendall(bytes([code if code >= 0 else 128 - code]))
        connection.close()


if __name__ == "__main__":
    gc.disable()
    is_asked = "--while-asked" in sys.argv
    services = sys.argv[2]
    listening = socket.socket(socket.AF_UNIX)
    # Before everything else: callers wait until the CLI is there.
    listening.bind(sys.argv[1])
    listening.listen(64)
    keep_what_is_parsed()
    make_ready(services.split(","))
    gc.collect()
    gc.freeze()
    gc.enable()
    if is_asked:
        serve(listening, sys.stdin)
        shutil.rmtree(os.path.dirname(listening.getsockname()), ignore_errors=True)
    else:
        serve(listening, None)
