# Debian packages, sourced by demo.sh and test.sh.
build_packages=(build-essential cmake ninja-build pkg-config libuv1-dev libmodbus-dev
    libpaho-mqtt-dev libsqlite3-dev libyaml-dev libjansson-dev libsystemd-dev libssl-dev
    uthash-dev libcmocka-dev)
run_packages=(mosquitto)
test_packages=(clang clang-format libclang-rt-14-dev mosquitto-clients socat strace
    python3-pymodbus python3-serial-asyncio python3-aiohttp python3-jsonschema python3-yaml mbpoll python3 scdoc
    sqlite3 systemd openssl faketime clang-tidy cppcheck)
