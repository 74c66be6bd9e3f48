/* config/catalog_uplink.h - what is wrong with uplinks, their secrets and certificates.
 * Rows as catalog.h says. */
#ifndef RG_CONFIG_CATALOG_UPLINK_H
#define RG_CONFIG_CATALOG_UPLINK_H

#define CATALOG_UPLINK(X)                                                                          \
    X(46, E_SECRET, 0, "口令文件不可用：{0}", "the password file can't be used: {0}",              \
      "口令文件只允许属主读取（chmod 600），内容为一行口令",                                       \
      "only its owner may read it (chmod 600); it holds the password in one line")                 \
    X(47, E_CERT, 0, "{0} 不可用：{1}", "{0} can't be used: {2}",                                  \
      "证书、私钥和吊销列表都是 PEM 文件，私钥只允许属主读取",                                     \
      "certificates, keys and lists are PEM files; only its owner may read the key")               \
    X(48, E_CERT_ENDED, 0, "{0} 已于 {1} 到期", "{0} ended on {1}", "请换上新的文件，无需重启",    \
      "put a new file in its place; no restart is needed")                                         \
    X(49, E_CERT_EARLY, 0, "{0} 从 {1} 起才有效", "{0} is not valid before {1}",                   \
      "检查文件，以及本机的时钟", "look at the file, and at the clock of this machine")            \
    X(57, W_SECRET, 1, "当前用户无权读取口令文件，未检查：{0}",                                    \
      "this user may not read the password file, it was not checked: {0}",                         \
      "以 root 或 riskgwd 用户再检查一次", "check again as root or as the user riskgwd")           \
    X(59, W_CERT_ENDS, 1, "{0} 将于 {1} 到期", "{0} ends on {1}", "请及时换上新的文件，无需重启",  \
      "put a new file in its place in time; no restart is needed")                                 \
    X(60, W_CERT_UNSEEN, 1, "当前用户无权读取 {0}，未检查",                                        \
      "this user may not read {0}, it was not checked", "以 root 或 riskgwd 用户再检查一次",       \
      "check again as root or as the user riskgwd")

#endif
