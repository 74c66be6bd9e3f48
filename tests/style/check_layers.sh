#!/usr/bin/env bash
# Includes point one way: config <- drivers <- rules <- daemon, and each
# third-party library is seen in one place.
set -u
cd "$(dirname "$0")/../.."
bad=0
refuse() { # what, files, pattern of an include that must not stand there
    local hits
    hits=$(grep -nE "$3" $2 2>/dev/null) && { echo "$1:"; echo "$hits"; bad=1; }
}
refuse 'config/ sees only config/' 'config/*.[ch]' '#include "(drivers|rules|daemon|tests)/'
refuse 'drivers/ sees only config/ and drivers/' 'drivers/*.[ch]' '#include "(rules|daemon|tests)/'
refuse 'rules/ sees config/, rules/ and drivers/sample.h' 'rules/*.[ch]' '#include "(daemon|tests)/|#include "drivers/[^s]|#include "drivers/s[^a]'
refuse 'daemon/ sees no tests/' 'daemon/*.[ch] daemon/riskgwctl/*.[ch]' '#include "tests/'
others() { find config drivers rules daemon -name '*.[ch]' | grep -vE "$1"; }
refuse '<yaml.h> only in config/' "$(others '^config/')" '<yaml\.h>'
refuse '<modbus.h> only in drivers/line_*' "$(others '^drivers/line_')" '<modbus'
refuse 'libuv, sqlite3, paho, OpenSSL only in daemon/' "$(others '^daemon/')" '<(uv|sqlite3|MQTTAsync|openssl/[a-z]+)\.h>'
pure=$(sed -n '/^set(pure/,/)/p' daemon/CMakeLists.txt | tr -d '()' | sed 's/^set//' | tr ' ' '\n' | grep '\.c$' | sed 's|^|daemon/|')
refuse 'the pure part of daemon/ knows no loop, no disk, no network' "$pure" '<(uv|sqlite3|MQTTAsync|unistd|time|sys/[a-z]+)\.h>'
exit $bad
