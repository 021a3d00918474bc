"""Mail: worded and asked for in the transaction of an act, sent after it by the outbox, and kept.

A mail is sent at least once. A worker that is killed between the server's acceptance and our
record of it sends again, with the same Message-ID, and the history shows both tries.
"""
