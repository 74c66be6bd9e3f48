"""A wire that is listened to: hands on what comes to a port, keeps every byte
that the client sent, and how often it came."""
import selectors
import socket
import threading


class Recorder:
    def __init__(self, to_port):
        self.to_port, self.sent, self.connects = to_port, b"", 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.look = selectors.DefaultSelector()
        self.look.register(self.listener, selectors.EVENT_READ)
        self.over = False
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.over:
            for key, _ in self.look.select(0.1):
                if key.fileobj is self.listener:
                    self.accept()
                else:
                    self.carry(key.fileobj, *key.data)

    def accept(self):
        client, _ = self.listener.accept()
        self.connects += 1
        try:
            server = socket.create_connection(("127.0.0.1", self.to_port), 5)
        except OSError:
            client.close()
            return
        self.look.register(client, selectors.EVENT_READ, (server, True))
        self.look.register(server, selectors.EVENT_READ, (client, False))

    def carry(self, source, to, is_client):
        if source.fileno() < 0:
            return  # the other end of it has just ended it
        try:
            data = source.recv(65536)
            if data and is_client:
                self.sent += data
            if data:
                to.sendall(data)
                return
        except OSError:
            pass
        for s in (source, to):
            self.look.unregister(s)
            s.close()

    def cut(self):
        """Ends all connections; the next ones are handed on as before."""
        for key in list(self.look.get_map().values()):
            if key.fileobj is not self.listener and key.data[1]:
                key.fileobj.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.over = True
        self.thread.join()
        for key in list(self.look.get_map().values()):
            key.fileobj.close()
        self.look.close()
