"""Runs dbt on a Sail server of its own, which ends with it: a program of `.venv-sail`.

Usage: python dbt_on_sail.py ARGUMENT… The arguments are dbt's, and so is the exit status.
"""

import os
import sys
import uuid

from dbt.cli.main import dbtRunner
from pysail.spark import SparkConnectServer


def main() -> int:
    """Start the server on a free port of this machine alone, then run dbt on it."""
    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    host, port = server.listening_address
    # One session for all threads of dbt: what one of them makes the others must see.
    os.environ["SPARK_REMOTE"] = f"sc://{host}:{port}/;session_id={uuid.uuid4()}"
    return 0 if dbtRunner().invoke(sys.argv[1:]).success else 1


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    # Client and server in one process may wait for each other when it is torn down.
    os._exit(status)
