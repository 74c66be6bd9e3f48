#!/usr/bin/env bash
# make_certs.sh FOLDER: certificates of every kind, good and bad, for tests.
# Two CAs (ca, stranger); NAME.pem with NAME.key for each server and client; a
# list of revoked ones, and one that is out of date.
set -eu
rm -rf "$1" && mkdir -p "$1" && cd "$1"
past='-startdate 20240101000000Z -enddate 20240201000000Z'
future='-startdate 20490101000000Z -enddate 20491201000000Z'
always='-startdate 20240101000000Z -enddate 20490101000000Z'

authority() { # NAME
    mkdir "$1.d" && touch "$1.d/index" && echo 1000 >"$1.d/serial" && echo 01 >"$1.d/crlnumber"
    cat >"$1.cnf" <<END
[ca]
default_ca = own
[own]
database = $1.d/index
serial = $1.d/serial
crlnumber = $1.d/crlnumber
new_certs_dir = $1.d
certificate = $1.pem
private_key = $1.key
default_md = sha256
policy = any
unique_subject = no
x509_extensions = leaf
copy_extensions = none
default_crl_days = 3000
[any]
commonName = supplied
[leaf]
basicConstraints = critical, CA:FALSE
subjectAltName = \${ENV::NAMES}
[top]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
END
    new_key "$1" "$1 of the tests"
    NAMES=DNS:x openssl ca -batch -notext -config "$1.cnf" -selfsign -extensions top $always \
        -in "$1.csr" -out "$1.pem" -keyfile "$1.key"
}
new_key() { # NAME COMMON_NAME
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$2" \
        -keyout "$1.key" -out "$1.csr"
    chmod 600 "$1.key"
}
signed() { # NAME CA NAMES DATES...
    local name=$1 by=$2
    export NAMES=$3
    shift 3
    new_key "$name" "$name"
    openssl ca -batch -notext -config "$by.cnf" "$@" -in "$name.csr" -out "$name.pem"
}

{
    here=DNS:localhost,IP:127.0.0.1
    authority ca
    authority stranger
    signed good ca $here $always
    signed expired ca $here $past
    signed future ca $here $future
    signed elsewhere ca DNS:other.example $always
    signed foreign stranger $here $always
    signed revoked ca $here $always
    signed gateway ca DNS:gateway $always
    signed renewed ca DNS:gateway $always
    signed ending ca DNS:gateway -startdate 20240101000000Z \
        -enddate "$(date -u -d '+20 days' +%Y%m%d%H%M%SZ)"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3000 \
        -subj /CN=localhost -addext "subjectAltName=$here" -keyout alone.key -out alone.pem
    openssl ec -aes128 -passout pass:riddle -in gateway.key -out encrypted.key
    openssl ca -config ca.cnf -revoke revoked.pem
    openssl ca -config ca.cnf -gencrl -out crl.pem
    openssl ca -config ca.cnf -gencrl -crl_lastupdate 20240101000000Z \
        -crl_nextupdate 20240201000000Z -out stale-crl.pem
    chmod 600 encrypted.key alone.key
    chmod 644 ./*.pem
} >make_certs.log 2>&1 || {
    tail -5 make_certs.log >&2
    exit 1
}
