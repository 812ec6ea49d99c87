#!/bin/bash
# Runs as a unit beside acta.service in the container of unit_test.py. One line per fact; the last one is `done`.
say() { echo "$*" >> /acta-try/facts; }
of() { systemctl show acta.service -p "$1" --value; }
ask() { curl -s -o /dev/null -w '%{http_code}' -H 'Acta-Actor: jo.example' "http://127.0.0.1:7171$1"; }
# One question for all three: a unit changes between two.
until_ready() { for _ in $(seq 400); do systemctl show acta.service -p ActiveState,SubState,NRestarts | sort | tr '\n' ' ' | grep -q "^ActiveState=active NRestarts=$1 SubState=running" && return; sleep 0.1; done; say "never ready: $(of ActiveState) $(of SubState) $(of Result)"; }

until_ready 0
say "active $(of ActiveState)"
say "status $(of StatusText)"
say "user $(stat -c %u /proc/$(of MainPID))"
say "livez $(ask /livez)"
say "cases $(ask /v1/cases)"
systemctl reload acta.service && say "reloaded $(of ActiveState)"
say "livez after reload $(ask /livez)"
kill -STOP "$(of MainPID)"              # it hangs: nobody tells the watchdog that it works
until_ready 1
say "restarted $(of NRestarts) $(of ActiveState)"
say "livez after restart $(ask /livez)"
systemctl stop acta.service
say "stopped $(of Result) $(of ExecMainStatus)"
say "security $(systemd-analyze security --no-pager acta.service 2>/dev/null | tail -n 1)"
journalctl -u acta.service --no-pager -o cat > /acta-try/journal 2>&1
say done
systemctl poweroff --force --force
