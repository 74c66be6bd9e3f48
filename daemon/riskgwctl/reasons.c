#include "daemon/riskgwctl/reasons.h"

#include <stdio.h>
#include <string.h>

#define TAIL_MAX 100

/* A text that begins so is said so; what stands behind it (a date, a name, a
 * reason of its own) is kept. */
static const struct {
    const char *en, *zh;
} rows[] = {
    /* certificates */
    { "the broker's certificate expired on ", "平台证书已到期：" },
    { "a CA of the broker's certificate expired on ", "平台证书的 CA 已到期：" },
    { "look at the clocks: the broker's certificate begins on ",
      "平台证书尚未生效，请核对时钟，生效日：" },
    { "look at the clocks: a CA of the broker's certificate begins on ",
      "平台证书的 CA 尚未生效，请核对时钟，生效日：" },
    { "wrong host: the broker's certificate is for ", "主机名不符，平台证书属于 " },
    { "the broker's certificate is self-signed, and not in tls.ca",
      "平台证书是自签名的，不在 tls.ca 中" },
    { "unknown CA: the broker's certificate comes from none in tls.ca",
      "CA 未知：平台证书不是 tls.ca 中的 CA 签发的" },
    { "unknown CA: the broker's chain ends in none of tls.ca",
      "CA 未知：平台证书链不通到 tls.ca 中的 CA" },
    { "the signature of the broker's certificate is wrong", "平台证书的签名不对" },
    { "the signature of a CA of the broker's certificate is wrong", "平台证书的 CA 签名不对" },
    { "the broker's certificate is revoked", "平台证书已被吊销" },
    { "a CA of the broker's certificate is revoked", "平台证书的 CA 已被吊销" },
    { "tls.crl has no list of the CA that signed for the broker",
      "tls.crl 中没有平台证书签发者的吊销列表" },
    { "the list in tls.crl is out of date: fetch a new one", "tls.crl 中的吊销列表已过期，请更新" },
    { "look at the clocks: the list in tls.crl is not valid yet",
      "tls.crl 中的吊销列表尚未生效，请核对时钟" },
    { "the signature of the list in tls.crl is wrong", "tls.crl 中的吊销列表签名不对" },
    { "the key of the broker's certificate is too short", "平台证书的密钥太短" },
    { "the key of a CA of the broker's certificate is too short", "平台证书的 CA 密钥太短" },
    { "the broker's certificate is signed with a weak digest", "平台证书的签名算法太弱" },
    { "a CA of the broker's certificate is signed with a weak digest",
      "平台证书的 CA 签名算法太弱" },
    { "the broker's certificate is not one for a server", "平台证书不是服务器证书" },
    { "a CA of the broker's certificate is not one for CAs", "签发平台证书的不是 CA 证书" },
    { "a CA of the broker's certificate is none", "签发平台证书的不是 CA" },
    { "the broker's certificate: ", "平台证书：" },
    /* TLS */
    { "the broker speaks only TLS older than 1.2", "平台只支持 1.2 以前的 TLS" },
    { "the broker finds no common way to encrypt, or wants our certificate",
      "平台找不到共同的加密方式，或要求本机证书" },
    { "the broker wants stronger encryption", "平台要求更强的加密" },
    { "the broker does not accept our certificate's kind", "平台不接受本机证书的种类" },
    { "the broker does not accept our certificate", "平台不接受本机证书" },
    { "the broker says that our certificate is revoked", "平台称本机证书已被吊销" },
    { "the broker says that our certificate has expired", "平台称本机证书已到期" },
    { "the broker does not know the CA of our certificate", "平台不认识本机证书的 CA" },
    { "the broker denies access to our certificate", "平台拒绝本机证书访问" },
    { "the broker does not know the host name", "平台不认识所用的主机名" },
    { "the broker wants a certificate of ours: tls.cert, tls.key",
      "平台要求本机证书：tls.cert、tls.key" },
    { "no TLS handshake with the broker: is this its TLS port?",
      "与平台的 TLS 握手没有完成：端口是 TLS 端口吗？" },
    { "the broker hung up after the TLS handshake: does it want a certificate of ours?",
      "TLS 握手后平台断开：它是否要求本机证书？" },
    { "the broker hung up after the TLS handshake: does it accept our certificate?",
      "TLS 握手后平台断开：它是否接受本机证书？" },
    { "TLS waits for a valid time: the clock says ", "TLS 等待时钟校准，时钟现在是 " },
    { "the certificates were renewed: connecting again", "证书已更新，正在重新连接" },
    /* the broker's word */
    { "the broker does not speak this protocol version", "平台不支持此协议版本" },
    { "the broker does not accept the client id", "平台不接受 client_id" },
    { "the broker is not available", "平台暂不可用" },
    { "user name or password is wrong", "用户名或口令不对" },
    { "not authorised", "没有权限" },
    { "unspecified error", "平台报告未说明的错误" },
    { "the broker calls our packet malformed", "平台认为报文格式不对" },
    { "the broker sees a protocol error", "平台认为协议有误" },
    { "the broker does not want to, for reasons of its own", "平台因自身原因拒绝" },
    { "the broker is busy", "平台忙" },
    { "banned by the broker", "被平台禁止" },
    { "the broker shuts down", "平台正在关闭" },
    { "the way to log in is not supported", "平台不支持此登录方式" },
    { "the broker heard nothing from us in time", "平台称未按时收到本机数据" },
    { "another client took over with the same client id",
      "另一个客户端用同一 client_id 接管了连接" },
    { "the broker does not accept the topic", "平台不接受此主题" },
    { "more in flight than the broker takes", "在途报文超过平台允许的数量" },
    { "our packet is larger than the broker takes", "报文超过平台允许的长度" },
    { "the broker finds our rate too high", "平台认为发送太快" },
    { "a quota is used up", "配额已用完" },
    { "closed by the broker's administrator", "被平台管理员断开" },
    { "the broker does not accept the payload's format", "平台不接受报文内容的格式" },
    { "the broker keeps no retained messages", "平台不保存 retained 报文" },
    { "the broker does not support QoS 1", "平台不支持 QoS 1" },
    { "use another server", "平台要求改用其他服务器" },
    { "the server has moved", "平台已迁移到其他服务器" },
    { "too many connects", "连接过于频繁" },
    { "the broker gave a reason unknown here", "平台给出了未知的原因" },
    /* the connection */
    { "the broker can't be reached", "连不上平台" },
    { "the broker closed the connection", "平台断开了连接" },
    { "the connection is lost", "连接中断" },
    { "the name look-up does not answer", "域名解析无应答" },
    { "the name has no address", "域名没有地址" },
    { "the broker does not answer", "平台无应答" },
    { "downlink topics refused: ", "平台拒绝订阅下行主题：" },
    { "another gateway goes by this one's name", "另一台网关正在使用本网关的身份" },
};

/* Moves *text behind its longest beginning that is known; "": there is none. */
static const char *take(const char **text)
{
    const char *zh = "";
    size_t longest = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t n = strlen(rows[i].en);

        if (n > longest && strncmp(*text, rows[i].en, n) == 0) {
            zh = rows[i].zh;
            longest = n;
        }
    }
    *text += longest;
    return zh;
}

const char *reason_words(char out[REASON_WORDS_MAX], const char *text, enum lang lang)
{
    const char *first = lang == LANG_ZH ? take(&text) : "";
    const char *then = first[0] == '\0' ? "" : take(&text); /* a reason of its own */

    snprintf(out, REASON_WORDS_MAX, "%s%s%.*s", first, then, TAIL_MAX, text);
    return out;
}
