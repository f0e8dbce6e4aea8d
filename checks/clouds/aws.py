"""Judges what is declared for AWS: moto plays its API, and cfn-lint knows the schemas of its resources."""

from __future__ import annotations

import cloudformation
import moto_replay
from common import serve

if __name__ == "__main__":
    serve({"moto": moto_replay.judge, "cfn-lint": cloudformation.judge})
