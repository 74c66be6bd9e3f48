#include "config/explain_parts.h"

static const struct explanation rows[] = {
    { E_SECRET,
      { "口令文件不存在、为空、过长，或者其他用户可以读取。网关不使用任何人都能看到的口令。由 "
        "systemd 的 "
        "LoadCredential= 提供的文件（$CREDENTIALS_DIRECTORY）不受权限位限制。",
        "The password file is missing, empty or too long, or others may read it. The gateway uses "
        "no "
        "password that anyone can see. Files of systemd's LoadCredential= ($CREDENTIALS_DIRECTORY) "
        "are "
        "exempt from the mode." },
      EXAMPLE_ROOT,
      "uplinks: {c: {mqtt: tcp://h:1883, client_id: x, user: u, password_file: no-such-file}}",
      "uplinks: {c: {mqtt: tcp://h:1883, client_id: x}}" },
    { E_CERT,
      { "tls 的文件不存在、无权读取、不是 "
        "PEM、已加密、私钥与证书不符，或者其他用户可以读取私钥。$CREDENTIALS_DIRECTORY "
        "下的文件不受权限位限制。",
        "A file of tls is missing, no PEM, encrypted, not the key of its certificate, or others "
        "may read the key. Files of systemd's LoadCredential= ($CREDENTIALS_DIRECTORY) are exempt "
        "from the mode." },
      EXAMPLE_ROOT,
      "uplinks: {c: {mqtt: ssl://h:8883, client_id: x, tls: {ca: missing.pem}}}",
      "uplinks: {c: {mqtt: ssl://h:8883, client_id: x, tls: {ca: ca.pem}}}" },
    { E_CERT_ENDED,
      { "到期后平台会拒绝本机（cert），本机会拒绝平台（ca、crl）：报警将送不出去。换上新文件后一分"
        "钟内自动生效。",
        "After its end the platform refuses us (cert) or we refuse the platform (ca, crl): no "
        "alarm gets through. A new file is taken up within a minute, without a restart." },
      EXAMPLE_ROOT,
      "uplinks: {c: {mqtt: ssl://h:8883, client_id: x, tls: {ca: ended.pem}}}",
      "uplinks: {c: {mqtt: ssl://h:8883, client_id: x, tls: {ca: ca.pem}}}" },
    { E_CERT_EARLY,
      { "有效期还没有开始。多半是本机的时钟不对，或者签发机构的时钟快了。",
        "Its time has not come. Most often the clock of this machine is wrong, or that of the CA "
        "was fast." },
      EXAMPLE_ROOT,
      "uplinks: {c: {mqtt: ssl://h:8883, client_id: x, tls: {ca: early.pem}}}",
      "uplinks: {c: {mqtt: ssl://h:8883, client_id: x, tls: {ca: ca.pem}}}" },
    { W_SECRET,
      { "口令文件属于另一个用户，无法替它检查。这不影响网关运行。",
        "The password file belongs to another user, so it could not be looked at. The gateway "
        "itself is "
        "not concerned." },
      EXAMPLE_ROOT,
      "uplinks: {c: {mqtt: tcp://h:1883, client_id: x, user: u, password_file: not-mine}}",
      "uplinks: {c: {mqtt: tcp://h:1883, client_id: x}}" },
    { W_CERT_ENDS,
      { "证书在 30 天内到期，吊销列表在一天内到期。运行中的网关此时会发出 sys/cert 报警。",
        "A certificate ends within 30 days, or a list of revoked ones within a day. A running "
        "gateway raises sys/cert then." },
      EXAMPLE_ROOT,
      "uplinks: {c: {mqtt: ssl://h:8883, client_id: x, tls: {ca: ending.pem}}}",
      "uplinks: {c: {mqtt: ssl://h:8883, client_id: x, tls: {ca: ca.pem}}}" },
    { W_CERT_UNSEEN,
      { "文件属于另一个用户，无法替它检查。这不影响网关运行。",
        "The file belongs to another user, so it could not be looked at. The gateway itself is not "
        "concerned." },
      EXAMPLE_ROOT,
      "uplinks: {c: {mqtt: ssl://h:8883, client_id: x, tls: {ca: unseen.pem}}}",
      "uplinks: {c: {mqtt: ssl://h:8883, client_id: x, tls: {ca: ca.pem}}}" },
};

const struct explain_part explain_uplink = { rows, sizeof rows / sizeof rows[0] };
