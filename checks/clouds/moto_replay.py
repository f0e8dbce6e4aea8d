"""Replays AWS resources against moto, which plays AWS's API in this process."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from common import Record, Verdict
from moto_account import Account, UnknownRegion, mock_aws
from moto_makers import MAKERS


def judge(records: list[Record]) -> Verdict:
    """Creates the records one after the other; what refers to a refused one is not judged."""
    verdict = Verdict()
    with mock_aws():
        account = Account()
        for record in (record for record in records if record.type in MAKERS):
            if account.needs_refused(record):
                account.refused.add(record.id)
                continue
            verdict.judged += 1
            try:
                made = MAKERS[record.type](account, record, account.known(record.inputs))
            except (BotoCoreError, ClientError, UnknownRegion) as error:
                verdict.refuse(record, str(error))
                account.refused.add(record.id)
            except Exception as error:
                raise RuntimeError(f"moto cannot be asked for {record.type} {record.name}") from error
            else:
                if made is not None:
                    account.ids[record.id] = made
    return verdict
