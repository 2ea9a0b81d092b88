using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using NATS.NKeys;

namespace MultiagentFT.Cluster.Tests.Servers;

/// <summary>An operator with a system account, one other account and one user in it, as <c>nsc</c> makes them: tokens signed by NKeys.</summary>
internal sealed class Operator
{
    private readonly KeyPair _operator = KeyPair.CreatePair(PrefixByte.Operator);
    private readonly KeyPair _system = KeyPair.CreatePair(PrefixByte.Account);
    private readonly KeyPair _account = KeyPair.CreatePair(PrefixByte.Account);
    private readonly KeyPair _user = KeyPair.CreatePair(PrefixByte.User);

    /// <summary>Lines of a server's configuration.</summary>
    public string Configuration
    {
        get
        {
            var tokens = string.Join('\n', new (KeyPair Pair, int Storage)[] { (_system, 0), (_account, -1) }.Select(account => $"{account.Pair.GetPublicKey()}: {Account(account.Pair, account.Storage)}"));
            return $$"""
                operator: {{Token("operator", _operator, _operator, new { type = "operator", version = 2 })}}
                system_account: {{_system.GetPublicKey()}}
                resolver: MEMORY
                resolver_preload: {
                {{tokens}}
                }
                """;
        }
    }

    /// <summary>A credentials file of the user.</summary>
    public string Credentials => $"""
        -----BEGIN NATS USER JWT-----
        {Token("user", _user, _account, new { subs = -1, data = -1, payload = -1, type = "user", version = 2 })}
        ------END NATS USER JWT------

        -----BEGIN USER NKEY SEED-----
        {_user.GetSeed()}
        ------END USER NKEY SEED------
        """;

    /// <param name="account">Its keys.</param>
    /// <param name="storage">Of JetStream: 0 for none, -1 for as much as there is.</param>
    private string Account(KeyPair account, int storage)
    {
        var limits = new
        {
            subs = -1,
            data = -1,
            payload = -1,
            imports = -1,
            exports = -1,
            wildcards = true,
            conn = -1,
            leaf = -1,
            mem_storage = storage,
            disk_storage = storage,
            streams = storage,
            consumer = storage,
        };
        return Token("account", account, _operator, new { limits, type = "account", version = 2 });
    }

    private static string Token(string name, KeyPair subject, KeyPair issuer, object claims)
    {
        var payload = new { jti = name, iat = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 60, iss = issuer.GetPublicKey(), name, sub = subject.GetPublicKey(), nats = claims };
        var text = $"{Part(new { typ = "JWT", alg = "ed25519-nkey" })}.{Part(payload)}";
        var signature = new byte[64];
        issuer.Sign(Encoding.ASCII.GetBytes(text), signature);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Part(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
