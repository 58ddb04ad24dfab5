"""Runs a program on a pseudo-terminal and types an answer whenever it waits at a line that begins with "> ".

python3 typist.py '["answer", ..]' program argument..
"""

import json
import os
import pty
import sys

answers = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])

shown = b""
unread = b""
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:
        break
    if not piece:
        break
    shown += piece
    unread += piece
    if answers and b"\n> " in unread.replace(b"\r\x1b", b"\x1b"):
        answer = answers.pop(0)
        os.write(terminal, answer.encode() + (b"" if answer == "\x03" else b"\r"))
        unread = b""

_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(status) & 0xFF)
