#!/usr/bin/env python3
"""contract: everything that the tests asked and were answered is as the contract says.

check_exchanges.py openapi.json FILE.ndjson ..
Fails for an answer that the contract does not promise, for a request it forbids that was granted all the same, and for an
operation that no test made succeed. Prints which documented answers no test produced.
"""
import collections, sys

from contract import Contract, Refused, check_response
from exchange import exchanges_in

FAULTS_SHOWN_MAX = 40


class Report:
    def __init__(self, contract):
        self.contract, self.count, self.faults, self.seen = contract, 0, collections.Counter(), collections.Counter()

    def take(self, exchange):
        self.count += 1
        try:
            self.check(exchange)
        except Refused as wrong:
            self.faults[f"{exchange}: {wrong}"] += 1

    def check(self, exchange):
        if exchange.method == "?" and exchange.status < 300:
            return   # sent in a way that only the server's own tests take apart
        operation = self.contract.operation(exchange.method, exchange.target)
        if exchange.method == "OPTIONS" and exchange.status == 204 and self.contract.is_path(exchange.target):
            return
        if operation is None:
            return check_response(self.contract, self.contract.anywhere, exchange)
        self.seen[operation.name, str(exchange.status)] += 1
        operation.check_answer(exchange)
        if 200 <= exchange.status < 300:
            self.check_granted(operation, exchange)

    def check_granted(self, operation, exchange):
        try:
            operation.check_request(exchange)
        except Refused as wrong:
            raise Refused(f"granted, though the contract forbids to ask it: {wrong}") from None

    def missing(self):
        """(operations without success, documented answers that did not come)"""
        failed, rare = [], []
        for operation in self.contract.operations:
            came = {status for name, status in self.seen if name == operation.name}
            if not operation.untested and not any(status.startswith("2") for status in came):
                failed.append(operation.name)
            rare += [f"{operation.name} {status}" for status in operation.responses if status != "default" and status not in came]
        return failed, rare


def main(contract_file, *files):
    report = Report(Contract(contract_file))
    for name in files:
        before = report.count
        for exchange in exchanges_in(name):
            report.take(exchange)
        if report.count == before:
            report.faults[f"{name} holds no exchange"] += 1
    failed, rare = report.missing()
    print(f"{report.count} exchanges; {len(rare)} documented answers that no test produced: {', '.join(rare)}")
    for fault, times in list(report.faults.items())[:FAULTS_SHOWN_MAX]:
        print(f"{times} x {fault}")
    for name in failed:
        print(f"no test makes {name} succeed")
    return 1 if report.faults or failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
