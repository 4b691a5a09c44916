"""A webhook and a mail server on this machine that keep what they are given."""

import http.server
import json
import socketserver
import threading
from contextlib import contextmanager
from types import SimpleNamespace


@contextmanager
def running(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def webhook(status=200):
    """Gives ``url`` and ``got``, the JSON of each message; answers with a status."""
    got = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args):
            pass

    with running(http.server.HTTPServer(("127.0.0.1", 0), Handler)) as port:
        yield SimpleNamespace(url=f"http://127.0.0.1:{port}/services/T0/B0/s3cret", got=got)


@contextmanager
def mail_server(extensions=(), refuses=False):
    """Gives ``address`` and ``got``, a message each with ``to``, ``data``; speaks plain SMTP."""
    got, commands = [], []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            self.say("220 here")
            mail = SimpleNamespace(to=[], data="")
            while line := self.rfile.readline().decode().strip():
                commands.append(line)
                verb = line.split(":")[0].upper()
                if verb.startswith("EHLO"):
                    lines = ["here", *extensions]
                    for text in lines[:-1]:
                        self.say(f"250-{text}")
                    self.say(f"250 {lines[-1]}")
                elif verb == "RCPT TO":
                    mail.to.append(line.partition(":")[2])
                    self.say("550 no such mailbox" if refuses else "250 ok")
                elif verb == "DATA":
                    self.say("354 go on")
                    while (text := self.rfile.readline().decode()) != ".\r\n":
                        mail.data += text
                    got.append(mail)
                    self.say("250 kept")
                elif verb == "QUIT":
                    return self.say("221 bye")
                else:
                    self.say("250 ok")

        def say(self, text):
            self.wfile.write(f"{text}\r\n".encode())

    with running(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as port:
        yield SimpleNamespace(address=f"127.0.0.1:{port}", got=got, commands=commands)
