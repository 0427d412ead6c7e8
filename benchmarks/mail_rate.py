"""Mails a second that one process hands over to an SMTP server that takes everything.

.venv/bin/python -m devtools.stack -- .venv/bin/python -m benchmarks.mail_rate [--mails 2000] [--profile]
"""

import argparse
import asyncio
import cProfile
import multiprocessing
import os
import pstats
import time

import django


class Server(asyncio.Protocol):
    """The least that is SMTP, so that the server is not what is measured."""

    def connection_made(self, transport) -> None:
        self.transport, self.buffer, self.in_data = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while True:
            head, end, rest = self.buffer.partition(b"\r\n.\r\n" if self.in_data else b"\r\n")
            if not end:
                return
            self.buffer = rest
            word = b"" if self.in_data else head[:4].upper()
            self.in_data = word == b"DATA"
            answers = {b"DATA": b"354 go", b"EHLO": b"250-sink\r\n250 8BITMIME", b"QUIT": b"221 bye"}
            self.transport.write(answers.get(word, b"250 ok") + b"\r\n")


def serve(port) -> None:
    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
        port.put(server.sockets[0].getsockname()[1])
        await asyncio.Event().wait()

    asyncio.run(run())


def post(mails: int) -> float:
    """Post so many mails of the size of a real one; return the seconds."""
    from django.core.mail import EmailMultiAlternatives
    from django.db import transaction

    from notifications import outbox

    outbox.wake_worker = lambda: None
    begin = time.monotonic()
    with transaction.atomic():
        for number in range(mails):
            secret = f"kode-{number:06d}"
            message = EmailMultiAlternatives("Prøve", f"Hei på deg: {secret}\n" * 30, to=[f"p{number}@e.example"])
            message.attach_alternative(f"<p>Hei på deg: {secret}</p>\n" * 150, "text/html")
            outbox.post_message(message, kind="rate", secret=secret)
    return time.monotonic() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "byra.settings"
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from notifications import delivery
    from notifications.management.commands.relay import sweep
    from notifications.models import Email

    call_command("migrate", verbosity=0)
    port = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(port,), daemon=True)
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port.get()
    Email.objects.filter(kind="rate").delete()
    posting = post(options.mails)
    profile = cProfile.Profile()
    if options.profile:
        profile.enable()
    begin, cpu = time.monotonic(), time.process_time()
    sent = sweep()
    seconds, cpu = time.monotonic() - begin, time.process_time() - cpu
    profile.disable()
    delivery.provider.close()
    server.terminate()
    assert sent == Email.objects.filter(kind="rate", status="sent", secret="").count() == options.mails
    print(f"posted {options.mails / posting:.0f} mails/s, handed over {sent / seconds:.0f} mails/s ({sent} mails)")
    print(f"{cpu / sent * 1000:.2f} ms of processor time a mail in the sending process")
    if options.profile:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(35)


if __name__ == "__main__":
    main()
